"""Run a registry on this machine, empty in the beginning, until Ctrl-C. What was pushed to it is gone then.

Only programs on this machine reach it. An engine that runs in a virtual machine, as that of Docker Desktop does, is not
on this machine in that sense: there, a registry in a container serves (`docker run -p 127.0.0.1:5000:5000 registry`).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import threading

SUMMARY = "run a registry on this machine, to push to and pull from"


def options(_: argparse.ArgumentParser) -> None:
    """It takes nothing."""


def run(_: argparse.Namespace) -> int:
    """Serve until it is interrupted."""
    from grader.engine.places import Places
    from grader.engine.registry import registry

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    with registry(Places.from_environment(os.environ), say) as running, contextlib.suppress(KeyboardInterrupt):
        print(f"The registry is at {running.address}. Ctrl-C ends it.", flush=True)
        print(f"  docker tag NAME {running.address}/NAME", flush=True)
        print(f"  docker push {running.address}/NAME", flush=True)
        threading.Event().wait()
    say("The registry has ended, and what it held is gone.")
    return 0
