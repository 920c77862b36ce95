"""Show the reference answer of an exercise that you have passed. It is one way of many that earn all points."""

from __future__ import annotations

import argparse
import sys

SUMMARY = "show the reference answer of an exercise you have passed"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("exercise", metavar="EXERCISE", help="its name or number, as `./drydock list` shows it")
    parser.add_argument("--anyway", action="store_true", help="show it before you have passed, after a question")


def run(arguments: argparse.Namespace) -> int:
    """Print the files of the reference answer."""
    from grader import progress, work
    from grader.cli import _mine
    from grader.errors import UsageError

    wanted = _mine.find(arguments.exercise)
    done = progress.read(_mine.my_work(), _mine.say).get(wanted.name)
    if not (done and done.passed) and not (arguments.anyway and _asked(wanted.title)):
        raise UsageError(
            f"{wanted.name} has not been passed yet; the solution is shown afterwards.",
            f"`./drydock check {wanted.name} --hints` gives hints; --anyway shows it all the same",
        )
    files = work.solution(wanted)
    if not files:
        raise UsageError(f"the solution of {wanted.name} is not part of this copy of the course")
    for name, text in files.items():
        if len(files) > 1:
            print(f"# --- {name}")
        print(text.rstrip())
    return 0


def _asked(title: str) -> bool:
    if not sys.stdin.isatty():
        return True
    print(f"Show the solution of '{title}' before you have passed it? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
