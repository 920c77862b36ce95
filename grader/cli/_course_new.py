"""`drydock course new NAME`: a folder with templates."""

from __future__ import annotations

import argparse

from grader import exercise
from grader.cli import PASSED
from grader.course.template import FILES, write


def run(arguments: argparse.Namespace) -> int:
    """Make it, and say what to do next."""
    folder = write(exercise.exercises_folder(), arguments.name)
    print(f"exercises/{folder.name} has been made:")
    for path in FILES:
        print(f"  {path}")
    print(f"\nEach says what to write there. `./drydock course check {folder.name}` says what is still missing.")
    return PASSED
