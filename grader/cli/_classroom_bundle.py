"""`drydock classroom bundle FILE`: all that a room without network needs, in one archive."""

from __future__ import annotations

import argparse
import time

from grader.classroom.bundle import make
from grader.cli import PASSED
from grader.cli._session import session
from grader.engine.bases.catalog import CATALOG
from grader.engine.bases.ensure import status


def run(arguments: argparse.Namespace) -> int:
    """Make it, and say what is in it and how it is used."""
    began = time.monotonic()
    with session() as opened:
        opened.bases(tuple(arguments.images or [base.name for base in CATALOG]))
        there = [base.name for base in status(opened.address, opened.places) if base.there]
        names = arguments.images or there
        sizes = make(arguments.file, opened.places, opened.address, names, opened.shown.say)
    for what, size in sizes.items():
        print(f"{what:<14} {size / 1e6:>7.0f} MB")
    size = arguments.file.stat().st_size
    print(f"{arguments.file}: {size / 1e6:.0f} MB, compressed, in {time.monotonic() - began:.0f} s")
    print(f"In the room, in a copy of the course: ./drydock unbundle {arguments.file.name}")
    return PASSED
