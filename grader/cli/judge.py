"""Judge a kept observation again, without an engine: `./drydock check … --observation FILE` makes one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

SUMMARY = "judge a kept observation again, without an engine"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("observation", metavar="OBSERVATION.json", help="the file that check --observation wrote")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, and nothing else")
    parser.add_argument("--hints", action="store_true", help="show the hints of what failed")


def run(arguments: argparse.Namespace) -> int:
    """Read, judge, print, and return the exit status."""
    from grader import exercise, observations
    from grader.cli import LOST, NOT_JUDGED, PASSED
    from grader.judge import judge
    from grader.report import as_json, terminal

    seen = observations.read(Path(arguments.observation))
    report = judge(exercise.find(exercise.exercises_folder(), seen.exercise), seen)
    if arguments.json:
        sys.stdout.buffer.write(as_json.render(report))
    else:
        terminal.show(report, hints=arguments.hints)
    return {"passed": PASSED, "failed": LOST, "not_judged": NOT_JUDGED}[report.status]
