"""Judge a kept observation again, without an engine: `./drydock check … --observation FILE` makes one."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.cli import add_hints, add_page

SUMMARY = "judge a kept observation again, without an engine"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("observation", metavar="OBSERVATION.json", help="the file that check --observation wrote")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, and nothing else")
    add_hints(parser)
    add_page(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read, judge, print, and return the exit status."""
    from grader import exercise, observations
    from grader.cli._show import STATUS, show, write_page
    from grader.judge import judge

    seen = observations.read(Path(arguments.observation))
    report = judge(exercise.find(exercise.exercises_folder(), seen.exercise), seen)
    if arguments.html:
        write_page(report, Path(arguments.html))
    show(report, as_json=arguments.json, hints=arguments.hints)
    return STATUS[report.status]
