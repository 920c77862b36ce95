"""Serve the course's base images to a class until Ctrl-C, from this machine: one download, however many learners.

./drydock mirror                          for other engines on this machine, at 127.0.0.1:5000
./drydock mirror --address 10.0.0.5       for the class: an address of this machine in the room's network

The learners then say where it is, before their engine starts for the first time:

DRYDOCK_MIRROR=http://10.0.0.5:5000 ./drydock lab

Whoever reaches the address can pull, and nobody can push. Nothing is asked of Docker Hub. An image whose name has a
registry of its own, gcr.io/distroless/static-debian13, cannot be mirrored: a bundle holds it.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading

SUMMARY = "serve the base images to a class"
PORTS = range(65536)


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--address", default="127.0.0.1", help="where to listen; 0.0.0.0 is everywhere (127.0.0.1)")
    parser.add_argument("--port", type=int, default=5000, help="the port; 0 is any that is free (5000)")
    parser.add_argument("--images", metavar="NAME", nargs="+", help="which base images (default: all of the course)")


def run(arguments: argparse.Namespace) -> int:
    """Have the images, fill the mirror, and serve until it is interrupted."""
    from grader.cli._session import session
    from grader.engine.bases.catalog import CATALOG
    from grader.engine.mirror import mirror, mirrored
    from grader.errors import UsageError

    if arguments.port not in PORTS or not arguments.address or ":" in arguments.address or "/" in arguments.address:
        raise UsageError(
            f"{arguments.address}, port {arguments.port}: nothing can listen there.",
            "--address is a name or an IPv4 address of this machine, such as 10.0.0.5; --port a number to 65535",
        )
    names = tuple(one for one in arguments.images or [base.name for base in CATALOG] if mirrored(one))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with session() as opened:
        say = opened.shown.say
        opened.bases(names)
        listen = f"{arguments.address}:{arguments.port}"
        with mirror(opened.places, opened.address, names, listen, say) as one, contextlib.suppress(KeyboardInterrupt):
            print(f"The mirror is at http://{one.address}, with {', '.join(names)} ({one.held / 1e6:.0f} MB).")
            print(f"  DRYDOCK_MIRROR=http://{one.address} ./drydock lab\nCtrl-C ends it.", flush=True)
            try:
                threading.Event().wait()
            finally:
                print(f"It has sent {one.sent / 1e6:.0f} MB.", file=sys.stderr)
    print("The mirror has ended, and what it held is gone.", file=sys.stderr)
    return 0
