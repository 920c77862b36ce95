"""Set this machine up from a bundle, without network: the course's packages, the engine, the base images.

./drydock unbundle /media/usb/drydock.tgz     then ./drydock lab, as on any other machine

`./drydock classroom bundle FILE` makes the bundle, on a machine of the same distribution with the same Python and with
network. What is here already stays as it is, so the command can be interrupted and run again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

SUMMARY = "set this machine up from a bundle, without network"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the bundle")


def run(arguments: argparse.Namespace) -> int:
    """Lay everything where it belongs; the packages were installed by set-up, before this."""
    from grader.classroom.bundle import into_engine, use
    from grader.cli._session import session
    from grader.engine.lock import locked

    with session() as opened, locked(opened.places.lock("bundle"), "unpacking a bundle", opened.shown.say, 900):
        laid, images = use(arguments.file, opened.places, opened.shown.say)
        try:
            names = into_engine(opened.address, images, opened.shown.say)
        finally:
            images.unlink(missing_ok=True)
    print(f"Laid out: {', '.join(laid) or 'nothing, the programs were there'}")
    print(f"In the engine: {', '.join(names)}")
    print("This machine is set up: ./drydock lab opens the course.")
    return 0
