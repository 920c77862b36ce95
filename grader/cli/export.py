"""Write results in another system's format: of one report, or of a whole graded class.

    ./drydock export gradescope report.json --out results.json      of what `drydock check … --json` printed
    ./drydock export canvas results --roster class.csv --out canvas.csv    of a class that `drydock grade` has graded
    ./drydock export exercism results --out exercism                a folder, with a file for each learner
    ./drydock export exercism results --student ada --out ada.json

What a submission printed is shown, never obeyed: control characters are written out, no cell is a formula, long texts
are cut and say so. What was not judged is never a zero: docs/exports.md says how each format tells it.

Exit status: 0 written, 2 unusable input, 3 results without a score were left out, as the format cannot say it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

SUMMARY = "write results in another system's format"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    from grader.report import exports

    found = exports.names()
    widest = max(map(len, found))
    lines = [f"  {name:<{widest}}  {about}" for name, about in found.items()]
    parser.epilog = "\n".join(["formats:", *lines])
    parser.add_argument("format", metavar="FORMAT", help="one of those below")
    parser.add_argument(
        "source", metavar="REPORT.json|DIR", type=Path, help="a report, or the folder of a graded class"
    )
    parser.add_argument("--out", metavar="FILE", type=Path, help="where to write it (default: the standard output)")
    parser.add_argument("--student", metavar="NAME", help="of a class, only this learner; of a report, whose it is")
    parser.add_argument("--exercise", metavar="EXERCISE", help="of a class, only this exercise")
    parser.add_argument("--roster", metavar="CSV", type=Path, help="what other systems know the learners by")


def run(arguments: argparse.Namespace) -> int:
    """Write the results, and return the exit status."""
    from grader.cli._export import export

    return export(arguments)
