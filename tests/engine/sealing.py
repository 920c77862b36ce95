"""What the tests of sealed engines share: small ones, and everything that could be left of them."""

from __future__ import annotations

import os
import time
from pathlib import Path

from grader.engine.places import EngineAddress, Places
from grader.engine.sealed.bounds import Bounds
from grader.engine.sealed.cgroups import TOP
from grader.engine.sealed.launch import Sealed, up
from grader.engine.sealed.template import template
from tests.conftest import BUSYBOX

SMALL = Bounds(disk_bytes=60_000_000, files=5_000, memory_bytes=64 << 20, processes=200)


class Sealing:
    """What it takes to start sealed engines, all in folders of these tests' own."""

    def __init__(self, places: Places, shared: EngineAddress) -> None:
        self.places = places
        self.shared = Places.from_environment(os.environ)
        self.prefix = places.prefix("")
        self.template, self.size = template(places, self.prefix, (BUSYBOX,), SMALL, lambda _: shared, print)

    def up(self) -> Sealed:
        """A new engine."""
        return up(self.places, self.template, self.size, self.prefix, SMALL)


def traces(places: Places) -> list[str]:
    """What there is of sealed engines: processes, mounts, loop devices, control groups, files."""
    key = f"drydock-{places.key}"
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        found += [text[:200]] if key in text and int(folder.name) != os.getpid() else []
    found += [line for line in Path("/proc/mounts").read_text().splitlines() if key in line or places.data in line]
    for path in Path("/sys/block").glob("loop*/loop/backing_file"):
        text = path.read_text() if path.exists() else ""
        found += [text] if places.data in text else []
    found += [str(path) for top in (TOP, *TOP.iterdir()) if top.is_dir() for path in top.glob(f"{key}-sealed-*")]
    found += [str(path) for path in Path(places.run).glob("*")]
    return found + [str(path) for path in places.sealed.glob("sealed-*")]


def nothing_left(places: Places, seconds: float = 30) -> list[str]:
    """What is left after a wait that ends as soon as there is nothing; the kernel closes a loop device a bit later."""
    limit = time.monotonic() + seconds
    while (found := traces(places)) and time.monotonic() < limit:
        time.sleep(0.05)
    return found
