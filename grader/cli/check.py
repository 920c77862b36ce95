"""Build a Dockerfile, look at the image that it makes, and say what was seen.

Some exercises ask for something else: an image archive, or a file of answers. Their tasks say so.

    ./drydock check 05-cache                     what lies in this folder, or else in my-work/05-cache
    ./drydock check 05-cache my-work/05-cache    a folder, a Dockerfile, or a zip or tar archive
    ./drydock check 05-cache . --hints           with all hints; --hints 1 shows only the first of each
    ./drydock check 05-cache . --html page.html  a page with the layers and the time of each step
    ./drydock check 05-cache . --json            the report for other programs (docs/report.md)

The best result is kept in my-work/progress.json where PATH is your own folder, my-work/EXERCISE; see `./drydock list`.

Exit status: 0 all points, 1 points lost, 2 unusable input, 3 not judged (the machine's fault, never yours).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import add_hints, add_page, add_tier
from grader.interruption import interrupted_once

if TYPE_CHECKING:
    from grader.model import Exercise, Report

SUMMARY = "grade a Dockerfile, or what else an exercise asks for"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("exercise", metavar="EXERCISE", help="its name or number, as `./drydock list` shows it")
    parser.add_argument(
        "path", metavar="PATH", nargs="?", help="what to grade (default: this folder, or your own in my-work)"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON, and nothing else")
    add_hints(parser)
    add_page(parser)
    add_tier(parser)
    parser.add_argument("--timing", action="store_true", help="show where the time went, stage by stage")
    parser.add_argument(
        "--export",
        metavar=("FORMAT", "FILE"),
        nargs=2,
        help="write the result for another system, too (docs/exports.md)",
    )
    parser.add_argument("--observation", metavar="FILE", help="keep everything that was seen, as JSON")


@interrupted_once()
def run(arguments: argparse.Namespace) -> int:
    """Grade, print, and return the exit status."""
    from grader.cli._mine import find, keep, usual_path
    from grader.cli._session import session
    from grader.cli._show import STATUS, show, write_page
    from grader.cli._tiers import graded

    wanted = find(arguments.exercise)
    path = Path(arguments.path).resolve() if arguments.path else usual_path(wanted)
    with _exporting(arguments.export, wanted, path) as exported, session(quiet=arguments.json) as open_session:
        report, seen = graded(open_session, wanted, path, arguments.tier)
        exported(report)
    keep(wanted, path, report)
    if arguments.observation:
        from grader import observations

        observations.write(seen, Path(arguments.observation))
    if arguments.html:
        write_page(report, Path(arguments.html))
    show(report, as_json=arguments.json, hints=arguments.hints)
    if arguments.timing and not arguments.json:
        for name, seconds in report.timing.items():
            print(f"{name:>12} {seconds:7.3f} s")
    return STATUS[report.status]


def _exporting(
    wanted: Sequence[str] | None, exercise: Exercise, path: Path
) -> AbstractContextManager[Callable[[Report], object]]:
    if not wanted:
        return nullcontext(lambda _: None)
    from grader.cli._export import exporting

    return exporting(wanted, exercise, path)
