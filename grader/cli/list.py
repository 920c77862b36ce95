"""List the exercises of the course: how far you are, how long each takes, its points and its title."""

from __future__ import annotations

import argparse

SUMMARY = "list the exercises, and how far you are"


def options(_: argparse.ArgumentParser) -> None:
    """It takes nothing."""


def run(_: argparse.Namespace) -> int:
    """Print a line an exercise."""
    from grader import progress
    from grader.cli import _mine

    known = progress.read(_mine.my_work(), _mine.say)
    every = _mine.course()
    for one in every:
        print(_mine.line(one, known).strip())
    passed = sum(one.name in known and bool(known[one.name].passed) for one in every)
    print(f"\n{passed} of {len(every)} passed. `./drydock start EXERCISE` begins one.")
    return 0
