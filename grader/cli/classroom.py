"""For a class that hands in with nbgrader: make its course, grade what has been collected.

    ./drydock classroom init dock101 --exercise 02 05-cache --roster class.csv
    ./drydock classroom init dock101 --all                     adds all other exercises to the same course
    ./drydock classroom prefetch dock101                       grade what is in submitted/, side by side
    ./drydock classroom scores dock101 results                 what `./drydock grade` found, into nbgrader's gradebook
    ./drydock classroom bundle drydock.tgz                     for a room without network (`./drydock unbundle`)
    ./drydock classroom codes class.csv --key dock101/variants.key > codes.csv

`init` makes the folder of a course: source/ with a notebook and the starting files for each exercise, without
solutions; nbgrader_config.py; the learners in nbgrader's gradebook. From there on nbgrader's own commands, and its own
pages, do what its documentation says; `nbgrader autograde` starts our grader in place of a kernel. docs/classroom.md
goes through it step by step. `codes` is for exercises that give each learner other values.

Exit status: 0 done, 2 unusable input, 3 some submissions could not be judged.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from grader.cli import add_tier

SUMMARY = "a class with nbgrader"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    init = actions.add_parser("init", help="make the folder of a course, or add to it")
    init.add_argument("folder", metavar="DIR", type=Path, help="a new or empty folder, or a course made before")
    init.add_argument("--exercise", metavar="NAME", nargs="+", default=[], help="the exercises to add")
    init.add_argument("--all", action="store_true", help="add every exercise")
    init.add_argument("--roster", metavar="CSV", type=Path, help="the learners, in a column `student`")
    init.add_argument(
        "--exchange",
        metavar="FOLDER",
        type=Path,
        help="through which nbgrader passes files (default: its own)",
    )
    init.add_argument("--name", default="", help="the course's name in nbgrader (default: the folder's)")
    prefetch = actions.add_parser("prefetch", help="grade what has been collected, so that autograde finds it done")
    prefetch.add_argument("folder", metavar="DIR", type=Path, help="the course")
    prefetch.add_argument("assignments", metavar="ASSIGNMENT", nargs="*", help="default: all")
    prefetch.add_argument(
        "--students", metavar="PATTERN", default="*", help="whose, such as 'a*' (default: everybody's)"
    )
    prefetch.add_argument("--jobs", metavar="N", type=int, default=2, help="how many are graded at a time (2)")
    prefetch.add_argument("--again", action="store_true", help="grade anew what has a verdict already")
    add_tier(prefetch)
    scores = actions.add_parser("scores", help="put the results of `drydock grade` into the course's gradebook")
    scores.add_argument("folder", metavar="DIR", type=Path, help="the course")
    scores.add_argument("results", metavar="RESULTS", type=Path, help="the folder that `drydock grade --out` named")
    bundle = actions.add_parser("bundle", help="all that a room without network needs, in one archive")
    bundle.add_argument("file", metavar="FILE", type=Path, help="the archive to write, such as drydock.tgz")
    bundle.add_argument("--images", metavar="NAME", nargs="+", help="which base images (default: all of the course)")
    codes = actions.add_parser("codes", help="a code for each learner, for exercises that give each other values")
    codes.add_argument("roster", metavar="ROSTER", type=Path, help="the learners, in a column `student` of a CSV file")
    codes.add_argument("--key", metavar="FILE", type=Path, required=True, help="the course's key; made where missing")


def run(arguments: argparse.Namespace) -> int:
    """Hand over to the action's own module."""
    status: int = importlib.import_module(f"grader.cli._classroom_{arguments.action}").run(arguments)
    return status
