"""Write the files with which another system grades an exercise by itself.

    ./drydock kit gradescope 02 autograder        then: cd autograder && zip -r ../autograder.zip .
    ./drydock kit github-classroom 02 template --course OWNER/REPOSITORY

gradescope: setup.sh, run_autograder, engine.env and the grader itself, without solutions. engine.env names the engine.
github-classroom: a workflow for the template of an assignment; --course is where GitHub finds this course.

docs/exports.md says what each needs. DIR is made, or has to be empty.
"""

from __future__ import annotations

import argparse
from pathlib import Path

SUMMARY = "the files with which Gradescope or GitHub grades an exercise"
KITS = Path(__file__).parent.parent / "kits"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("system", metavar="SYSTEM", choices=sorted(path.name for path in KITS.iterdir()),
                        help="gradescope or github-classroom")  # fmt: skip
    parser.add_argument("exercise", metavar="EXERCISE", help="its name or number, as `./drydock list` shows it")
    parser.add_argument("folder", metavar="DIR", type=Path, help="a new or empty folder")
    parser.add_argument("--course", metavar="OWNER/REPOSITORY", default="", help="this course, as GitHub knows it")


def run(arguments: argparse.Namespace) -> int:
    """Write the files, and return the exit status."""
    from grader.cli._kit import write

    return write(KITS / arguments.system, arguments)
