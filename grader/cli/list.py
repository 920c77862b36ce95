"""List the exercises of the course with their titles and how long they take."""

from __future__ import annotations

import argparse

SUMMARY = "list the exercises"


def options(_: argparse.ArgumentParser) -> None:
    """It takes nothing."""


def run(_: argparse.Namespace) -> int:
    """Print a line an exercise."""
    from grader import exercise

    root = exercise.exercises_folder()
    for name in exercise.names(root):
        item = exercise.load(root / name)
        print(f"{name:<22} {item.minutes:>3} min  {item.max_score:>3g} points  {item.title}")
    return 0
