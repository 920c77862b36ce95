"""A lesson read to its end on a machine that has no network: nothing but itself can be reached.

python -m tests.labkit.cut_off 03-save-export     in a network of its own; the seconds that it took, and the disk
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from grader.engine import private, registry
from grader.engine.bases.ensure import ensure
from grader.engine.daemon import bytes_in
from grader.engine.places import Places, PrivateSpec
from grader.engine.sealed.inside import set_loopback_up
from labkit.magics import bases_of
from tests.labkit.notebooks import COURSE, executed

APART = ("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
PACKAGES = ("packages",)
LOOK_SECONDS = 0.5
ALL = (*PACKAGES, "images", "apt")
"""What a data folder has of Drydock's own engine, and of the base images that are made for it."""


@contextmanager
def data_folder(lesson: str) -> Iterator[Path]:
    """A data folder with the programs of Drydock's own engine and with the lesson's base images in it."""
    shared = Places.from_environment(os.environ)
    private.start(shared, PrivateSpec(), print)
    registry.program(shared, print)
    with tempfile.TemporaryDirectory(prefix="drydock-cut-off-", ignore_cleanup_errors=True) as folder:
        home = Path(folder, "home")
        home.mkdir()
        share(shared, home, ALL)
        own = Places.from_environment({"DRYDOCK_HOME": str(home)})
        try:
            address = private.start(own, PrivateSpec(), print)
            ensure(address, own, bases_of((COURSE / "lessons" / f"{lesson}.md").read_text("utf-8")), print)
            private.stop(own, "main")
            yield home
        finally:
            private.remove(own, "main")


def share(shared: Places, data: Path, names: tuple[str, ...]) -> None:
    """Give the data folder `data` what another one has below these names."""
    for name in names:
        (data / name).symlink_to(Path(shared.data, name))


class Read(NamedTuple):
    """How reading a lesson ended, what was said, and the most bytes that it took on the disk while it went on."""

    returncode: int
    said: str
    bytes: int


def read(lesson: str, home: Path, work: Path, seconds: int = 900) -> Read:
    """The lesson, read in a network that has nothing but this machine, by the engine of the data folder `home`.

    When it is over all that it started is over, too: the namespace of the processes ends with it.
    """
    words = [*APART, sys.executable, "-m", "tests.labkit.cut_off", "--here", lesson, str(work)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}
    before = most = _taken(home, work)
    limit = time.monotonic() + seconds
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            words,
            cwd=COURSE,
            env=env | {"DRYDOCK_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        ) as running,
    ):
        while running.poll() is None:
            if time.monotonic() > limit:
                running.kill()
            most = max(most, _taken(home, work))
            time.sleep(LOOK_SECONDS)
        said.seek(0)
        return Read(running.returncode, said.read().decode(errors="replace"), most - before)


def _taken(*folders: Path) -> int:
    return sum(bytes_in(folder) for folder in folders)


def interfaces() -> list[str]:
    """The names of all the network interfaces there are here."""
    return [name for _, name in socket.if_nameindex()]


def main(arguments: list[str]) -> int:
    """Read a lesson, in a new network, or `--here`, where that network is."""
    if arguments[0] == "--here":
        lesson, work = arguments[1:]
        set_loopback_up("/proc/self/ns/net")
        print("network interfaces:", *interfaces())
        executed(lesson, Path(work), os.environ)
        print("read to its end")
        return 0
    for lesson in arguments:
        with data_folder(lesson) as home, tempfile.TemporaryDirectory(prefix="drydock-work-") as work:
            began = time.monotonic()
            done = read(lesson, home, Path(work))
            print(f"{lesson}: {time.monotonic() - began:.0f} s, {done.bytes / 1e6:.0f} MB", done.said, sep="\n")
        if done.returncode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
