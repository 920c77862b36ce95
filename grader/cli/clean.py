"""Remove what Drydock has left behind, and nothing else: it is shown first, with its size.

    ./drydock clean              show what is left, and ask
    ./drydock clean --dry-run    only show it
    ./drydock clean --yes        remove it without asking
    ./drydock clean --lessons    what the lessons made, too: close the notebooks first
    ./drydock clean --stock      what the tier default keeps in your Docker, too: its engine's image, base images

Looked for: containers, images and volumes of gradings whose process has ended, by their labels; temporary folders of
ours that nobody uses; sockets, bridges and control groups of engines of ours that died; throw-away engines that nobody
owns. An image without a label of ours is never looked at; only with --lessons those with a lesson's name, such as
lab02/iam or a container lab01-box, which a `docker` command in a cell makes without a label. Base images stay:
`./drydock images` shows them.

Exit status: 0 nothing is left or it has been removed (or shown), 3 something could not be removed.
"""

from __future__ import annotations

import argparse
import sys

SUMMARY = "remove what gradings and lessons have left behind"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="show it and remove nothing")
    how.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--lessons", action="store_true", help="what the lessons made, too")
    parser.add_argument("--stock", action="store_true", help="what the tier default keeps to start sooner, too")


def run(arguments: argparse.Namespace) -> int:
    """Show what is left, remove it where that is wanted, and return the exit status."""
    import os

    from grader.cli import NOT_JUDGED, PASSED
    from grader.engine.client import Engine
    from grader.engine.find import running_engine
    from grader.engine.places import Places
    from grader.litter import in_engine, on_machine, remove

    places = Places.from_environment(os.environ)
    address = running_engine(places, os.environ)
    engine = Engine(address) if address else None
    try:
        inside = in_engine(engine, lessons=arguments.lessons, stock=arguments.stock) if engine else ()
        found = [*inside, *on_machine(places)]
        if engine is None:
            print("No engine runs, so containers and images were not looked at.")
        if not found:
            print("Nothing is left behind.")
            return PASSED
        for one in found:
            print(f"  {one.kind:<13} {_short(one.name):<40} {one.bytes / 1e6:8.1f} MB  {one.of}".rstrip())
        total = sum(one.bytes for one in found) / 1e6
        print(f"{len(found)} things, at most {total:.1f} MB (images share layers).")
        if arguments.dry_run or not (arguments.yes or _agreed()):
            print("Nothing has been removed.")
            return PASSED
        kept = remove(found, engine, places, lambda text: print(text, file=sys.stderr))
        print(f"{len(found) - len(kept)} removed" + (f", {len(kept)} could not be" if kept else ""))
        return NOT_JUDGED if kept else PASSED
    finally:
        if engine is not None:
            engine.close()


def _short(name: str) -> str:
    return name.removeprefix("sha256:")[:12] if name.startswith("sha256:") or len(name) == 64 else name


def _agreed() -> bool:
    if not sys.stdin.isatty():
        print("This is no terminal, so nobody can be asked: --yes removes them.")
        return False
    print("Remove them? [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
