"""Measure Drydock beside the programs that do the same, and print a table.

    ./drydock bench                       all benchmarks
    ./drydock bench parser image          some of them: each is a file of benchmarks/cases
    ./drydock bench --quick               three turns at most
    ./drydock bench --json results.json   the results as JSON too

Each figure is the median of pairs that are measured turn by turn. The other programs are installed once, in the data
folder. docs/performance.md has the targets.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

SUMMARY = "measure Drydock beside the programs that do the same"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("names", metavar="NAME", nargs="*", help="which benchmarks (default: all)")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the results as JSON")
    parser.add_argument("--quick", action="store_true", help="three turns at most")


def run(arguments: argparse.Namespace) -> int:
    """Become the program that measures."""
    given = [*arguments.names, *(["--quick"] if arguments.quick else [])]
    given += [f"--json={arguments.json}"] if arguments.json else []
    os.execv(sys.executable, [sys.executable, "-P", "-m", "benchmarks", *given])
