"""Check an exercise each time that you save a file of it, in my-work/EXERCISE.

Keys: h the next hint, n the next exercise, l the list, r begin anew (asks; what you changed is kept), q quit. Where
there is no terminal, the first letter of each line counts, and the end of the input quits.
"""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from grader.interruption import interrupted_once

SUMMARY = "check an exercise each time that you save"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "exercise", metavar="EXERCISE", nargs="?", help="its name or number (default: the first not passed)"
    )


@interrupted_once()
def run(arguments: argparse.Namespace) -> int:
    """Watch until `q`; the exit status is 0."""
    from grader import progress
    from grader.cli import _mine
    from grader.cli._keys import keys
    from grader.cli._loop import Loop
    from grader.cli._session import session
    from grader.cli._show import show
    from grader.model import Exercise, Report

    every = _mine.course()
    known = progress.read(_mine.my_work(), _mine.say)
    wanted = _mine.find(arguments.exercise) if arguments.exercise else _mine.following(every, known) or every[0]

    def grade(one: Exercise, folder: Path, cancel: threading.Event) -> Report:
        with session(quiet=not sys.stderr.isatty()) as opened:
            try:
                return opened.check(one, folder, cancel)[0]
            finally:
                opened.close()

    with keys() as key:
        loop = Loop(wanted, grade=grade, key=key, say=lambda text: print(text, flush=True))
        loop.run(lambda report: show(report, as_json=False, hints=0))
    return 0
