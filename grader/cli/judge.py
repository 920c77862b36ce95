"""Judge a kept observation again, without an engine: `./drydock check … --observation FILE` makes one.

Where an exercise gives each learner other values, they are yours, as with `./drydock check`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.cli import add_hints, add_page

SUMMARY = "judge a kept observation again, without an engine"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("observation", metavar="OBSERVATION.json", help="the file that check --observation wrote")
    parser.add_argument("--exercise", metavar="FOLDER", help="the exercise's folder, where it is none of the course's")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, and nothing else")
    add_hints(parser)
    add_page(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read, judge, print, and return the exit status."""
    from grader import exercise, observations
    from grader.cli import _mine
    from grader.cli._show import STATUS, show, write_page
    from grader.errors import UsageError
    from grader.judge import judge

    seen = observations.read(Path(arguments.observation))
    if not arguments.exercise and seen.exercise not in exercise.names(exercise.exercises_folder()):
        raise UsageError(f"'{seen.exercise}' is none of the course's exercises", "name its folder: --exercise FOLDER")
    wanted = _mine.find(arguments.exercise or seen.exercise)
    if wanted.name != seen.exercise:
        raise UsageError(f"'{seen.exercise}' is what was observed, not '{wanted.name}'", "name its own folder")
    report = judge(wanted, seen)
    if arguments.html:
        write_page(report, Path(arguments.html))
    show(report, as_json=arguments.json, hints=arguments.hints)
    return STATUS[report.status]
