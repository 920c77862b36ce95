"""Begin an exercise: its files are copied into a folder of your own. What is there already stays as it is.

    ./drydock start 05                   into my-work/05-cache
    ./drydock start 05 elsewhere/cache   into another folder
    ./drydock start 04-volume-expose-label --code 1234-5678-9abc-def0

Some exercises give each learner other values, such as a port. The code is what your instructor gave you. It is kept in
my-work/code.txt, so once is enough; the environment variable DRYDOCK_CODE goes before it. Without a code, everybody has
the same values.

Results count where you work in my-work; the environment variable DRYDOCK_WORK names another folder in its place.
"""

from __future__ import annotations

import argparse
from pathlib import Path

SUMMARY = "begin an exercise in a folder of your own"

TO_DO = {"dockerfile": "Edit", "image": "Make", "answers": "Fill in"}


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("exercise", metavar="EXERCISE", help="its name or number, as `./drydock list` shows it")
    parser.add_argument("folder", metavar="FOLDER", nargs="?", help="where to put it (default: my-work/EXERCISE)")
    parser.add_argument("--code", help="your code, where your instructor gave you one; it is kept")


def run(arguments: argparse.Namespace) -> int:
    """Copy, and say what to do next."""
    from grader import variants, work
    from grader.cli import _mine
    from grader.errors import UsageError
    from grader.submission import EXPECTED

    if arguments.code is not None:
        try:
            variants.keep_code(_mine.my_work(), arguments.code)
        except OSError as error:
            raise UsageError(
                f"{_mine.my_work()}: the code cannot be kept there: {error.strerror}",
                "DRYDOCK_WORK may name another folder, one that you may write to",
            ) from error
    wanted = _mine.find(arguments.exercise)
    own = work.folder_of(_mine.my_work(), wanted)
    folder = Path(arguments.folder).resolve() if arguments.folder else own
    try:
        copied = work.begin(wanted, folder)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}", "name a folder that you may write to") from error
    where = _mine.shown(folder)
    print(f"{wanted.title}: {len(copied)} files copied into {where}" if copied else f"{where} is all there already.")
    print(f"\n{wanted.task.strip()}\n")
    print(f"{TO_DO[wanted.submission]} {where}/{EXPECTED[wanted.submission]}, then:")
    if folder == own:
        print(f"  ./drydock watch {wanted.name}    checks it each time that you save")
    print(f"  ./drydock check {wanted.name} {where}    checks it once")
    return 0
