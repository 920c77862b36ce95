"""For those who write exercises: check the course, see what it covers, begin a new exercise.

    ./drydock course check                    every exercise against its answers, and against mutants of its solution
    ./drydock course check 05 --no-mutants    one exercise, its answers only
    ./drydock course check --twice            each verdict has to be the same the second time
    ./drydock course coverage                 which instruction and which practice is looked at where, by which check
    ./drydock course new 06-secrets           the folder of a new exercise, with templates that say what to write

Exit status of check: 0 nothing found, 1 something found, 3 not judged (the machine's fault).
"""

from __future__ import annotations

import argparse
import importlib

SUMMARY = "check the course itself, or add an exercise to it"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="hold exercises against their own answers")
    check.add_argument("exercises", metavar="EXERCISE", nargs="*", help="names or numbers (default: all)")
    check.add_argument("--twice", action="store_true", help="grade each answer twice; the verdicts have to be the same")
    check.add_argument("--no-mutants", action="store_true", help="grade the answers only")
    check.add_argument("--jobs", metavar="N", type=int, default=2, help="how many builds at a time (default: 2)")
    check.add_argument(
        "--minutes", metavar="N", type=float, default=60, help="begin no more mutants after (default: 60)"
    )
    check.add_argument("--json", action="store_true", help="print findings and figures as JSON, and nothing else")
    coverage = actions.add_parser("coverage", help="instructions and practices by exercise and check, with the holes")
    coverage.add_argument("--strict", action="store_true", help="exit status 1 where there is a hole")
    coverage.add_argument("--json", action="store_true", help="print it as JSON, and nothing else")
    new = actions.add_parser("new", help="begin a new exercise")
    new.add_argument("name", metavar="NAME", help="two digits and a name, such as 06-secrets")


def run(arguments: argparse.Namespace) -> int:
    """Hand over to the action's own module."""
    status: int = importlib.import_module(f"grader.cli._course_{arguments.action}").run(arguments)
    return status
