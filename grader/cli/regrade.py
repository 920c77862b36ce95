"""Judge a graded class again, by the checks and points as they are now: no engine is needed, nothing is built.

    ./drydock regrade 02 --out results            what would change
    ./drydock regrade 02 --out results --apply    change it, and write the results anew

A check that asks for something that was not looked at then cannot be judged again: `./drydock grade` builds those anew.

Exit status: 0 done, 2 unusable input, 3 some could not be judged again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

SUMMARY = "judge a graded class again, without building"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("exercise", metavar="EXERCISE", help="its name or number, as `./drydock list` shows it")
    parser.add_argument("--out", metavar="DIR", required=True, type=Path, help="where the results are kept")
    parser.add_argument("--roster", metavar="CSV", type=Path, help="the learners, in a column `student`; remembered")
    parser.add_argument("--apply", action="store_true", help="keep the new verdicts; without it they are only shown")


def run(arguments: argparse.Namespace) -> int:
    """Show what changes, apply it where that is asked for, and return the exit status."""
    from grader.cli._grade import regrade

    return regrade(arguments)
