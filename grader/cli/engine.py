"""Look at, start or stop the engine that builds.

    ./drydock engine status     which engine is used, its version, and what it holds
    ./drydock engine start      start Drydock's own engine (any command that builds does it by itself)
    ./drydock engine stop       stop it: no process, mount or bridge is left; the images stay for the next start

Drydock uses the engine of DOCKER_HOST or of the current docker context where there is one, and else one of its own.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.cli._session import Session

SUMMARY = "show, start or stop the engine"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("action", choices=("status", "start", "stop"), help="what to do")


def run(arguments: argparse.Namespace) -> int:
    """Do it and say what is the case now."""
    from grader.cli._session import session

    with session() as opened:
        return {"status": _status, "start": _start, "stop": _stop}[arguments.action](opened)


def _start(opened: Session) -> int:
    facts = opened.engine.facts()
    print(f"Docker Engine {facts.version} is running ({facts.store} image store).")
    print(f"  DOCKER_HOST={opened.address.host}")
    return 0


def _status(opened: Session) -> int:
    from grader.engine import find, private

    named = find.named_engine(os.environ)
    if named is not None:
        print(f"The engine of {named.by} is used where it answers.")
    status = private.status(opened.places, "main")
    if not status.running:
        print("Drydock's own engine is not running" + ("." if named else "; it starts when something is built."))
        return 0
    print(f"Drydock's own engine: Docker Engine {status.version}, {status.store} image store, process {status.pid}")
    print(f"  DOCKER_HOST={status.host}")
    print(f"  {status.images} images, {status.disk_bytes / 1e6:.0f} MB on disk")
    return 0


def _stop(opened: Session) -> int:
    from grader.engine import private

    stopped = private.stop(opened.places, "main")
    print("Drydock's own engine has been stopped." if stopped else "Drydock's own engine was not running.")
    return 0
