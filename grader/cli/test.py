"""Run the tests of Drydock itself: style, types, the direction of imports, then pytest with what is given here.

./drydock test                everything
./drydock test tests/checks   only these, by pytest
./drydock test hostile        what strangers could hand in, each with what came of it (--help says more)
./drydock test kill           a grading killed at each of its writes, and gone on with
"""

from __future__ import annotations

import argparse
import os
import sys

SUMMARY = "run the tests of Drydock itself"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("pytest", metavar="PYTEST-ARGUMENT", nargs=argparse.REMAINDER, help="handed on to pytest")


def run(arguments: argparse.Namespace) -> int:
    """Become the program that runs the tests."""
    os.execv(sys.executable, [sys.executable, "-P", "-m", "scripts.run_tests", *arguments.pytest])
