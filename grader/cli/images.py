"""The base images that lessons and exercises build on.

./drydock images list                     which there are, and which are in the engine
./drydock images get python:3.13-slim     have one in the engine (pulled, or built from Debian's packages)
./drydock images get --all                have all of them
./drydock images save FILE [NAME …]       keep them in one archive, for a room without network
./drydock images load FILE                put the archive's images into the engine
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.cli._session import Session

ORIGINS = {"registry": "pulled", "built": "built from Debian's packages", "": ""}

SUMMARY = "list, get, save or load the base images"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", help="which base images there are, and which are in the engine")
    get = actions.add_parser("get", help="have base images in the engine")
    get.add_argument("names", metavar="NAME", nargs="*", help="a name such as busybox:1.37")
    get.add_argument("--all", action="store_true", help="all that there are")
    save = actions.add_parser("save", help="keep base images in one archive")
    save.add_argument("file", metavar="FILE", type=Path)
    save.add_argument("names", metavar="NAME", nargs="*", help="which (default: all that are in the engine)")
    load = actions.add_parser("load", help="put an archive's images into the engine")
    load.add_argument("file", metavar="FILE", type=Path)


def run(arguments: argparse.Namespace) -> int:
    """Do it and say what is the case now."""
    from grader.cli._session import session

    with session() as opened:
        return {"list": _list, "get": _get, "save": _save, "load": _load}[arguments.action](opened, arguments)


def _list(opened: Session, _: argparse.Namespace) -> int:
    from grader.engine.bases.ensure import status

    for base in status(opened.address, opened.places):
        there = f"{base.size / 1e6:>6.1f} MB, {ORIGINS[base.origin]}" if base.there else "not there yet"
        print(f"{base.name:<46} {there}")
    return 0


def _get(opened: Session, arguments: argparse.Namespace) -> int:
    from grader.engine.bases.catalog import CATALOG
    from grader.errors import UsageError

    names = tuple(base.name for base in CATALOG) if arguments.all else tuple(arguments.names)
    if not names:
        raise UsageError("which base image?", "name one, or --all; `./drydock images list` shows them")
    opened.bases(names)
    print(f"In the engine: {', '.join(names)}")
    return 0


def _save(opened: Session, arguments: argparse.Namespace) -> int:
    from grader.engine.bases.bundle import save
    from grader.engine.bases.ensure import status

    there = tuple(base.name for base in status(opened.address, opened.places) if base.there)
    names = tuple(arguments.names) or there
    saved = save(opened.address, names, arguments.file, opened.shown.say)
    print(f"{arguments.file}: {', '.join(saved)} ({arguments.file.stat().st_size / 1e6:.0f} MB)")
    return 0


def _load(opened: Session, arguments: argparse.Namespace) -> int:
    from grader.engine.bases.bundle import load

    print(f"In the engine: {', '.join(load(opened.address, arguments.file, opened.shown.say))}")
    return 0
