"""Build a Dockerfile, look at the image that it makes, and say what was seen.

    ./drydock check 05-cache                     what lies in the current folder
    ./drydock check 05-cache my-work/05-cache    a folder, a Dockerfile, or a zip or tar archive
    ./drydock check 05-cache . --hints           with the hints
    ./drydock check 05-cache . --json            the report for other programs (docs/report.md)

Exit status: 0 all points, 1 points lost, 2 unusable input, 3 not judged (the machine's fault, never yours).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

SUMMARY = "grade a Dockerfile for an exercise"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("exercise", metavar="EXERCISE", help="its name or number, as `./drydock list` shows it")
    parser.add_argument("path", metavar="PATH", nargs="?", default=".", help="what to grade (default: this folder)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, and nothing else")
    parser.add_argument("--hints", action="store_true", help="show the hints of what failed")
    parser.add_argument("--timing", action="store_true", help="show where the time went, stage by stage")
    parser.add_argument("--observation", metavar="FILE", help="keep everything that was seen, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Grade, print, and return the exit status."""
    from grader import exercise
    from grader.cli import LOST, NOT_JUDGED, PASSED
    from grader.cli._session import session

    wanted = exercise.find(exercise.exercises_folder(), arguments.exercise)
    path = Path(arguments.path).resolve()
    with session(quiet=arguments.json) as open_session:
        report, seen = open_session.check(wanted, path)
    if arguments.observation:
        from grader import observations

        observations.write(seen, Path(arguments.observation))
    if arguments.json:
        from grader.report import as_json

        sys.stdout.buffer.write(as_json.render(report))
    else:
        from grader.report import terminal

        terminal.show(report, hints=arguments.hints, timing=arguments.timing)
    return {"passed": PASSED, "failed": LOST, "not_judged": NOT_JUDGED}[report.status]
