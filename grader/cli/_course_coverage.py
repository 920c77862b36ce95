"""`drydock course coverage`: the matrix, and whether it has a hole."""

from __future__ import annotations

import argparse
import sys

import msgspec

from grader import exercise
from grader.answers import answers
from grader.cli import LOST, PASSED
from grader.course.coverage import as_text, coverage


def run(arguments: argparse.Namespace) -> int:
    """Print it; 1 only where `--strict` asks for no hole."""
    root = exercise.exercises_folder()
    course = [exercise.load(root / name) for name in exercise.names(root)]
    found = coverage([(one, answers(one)) for one in course])
    if arguments.json:
        holes = [{"name": one.name, "missing": one.hole} for one in found.holes]
        value = {"schema": "drydock.coverage/1", **msgspec.to_builtins(found), "holes": holes}
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
    else:
        print(as_text(found))
    return LOST if arguments.strict and found.holes else PASSED
