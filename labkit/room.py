"""The disk that a lesson takes: told when it begins, and refused where there is too little."""

from __future__ import annotations

import re

from grader.engine.room import Room
from grader.errors import DiskFullError
from labkit.sizes import size

# Room beyond what a lesson takes, so that it is not the one that fills the disk.
SPARE = 200_000_000


def disk_of(source: str) -> int:
    """The bytes that a lesson takes in the engine at most: `disk:`, in megabytes, in the head of its source."""
    found = re.search(r"^  disk: (\d+)$", source, re.MULTILINE)
    return int(found[1]) * 1_000_000 if found else 0


def disk_line(needed: int, room: Room) -> str:
    """What a lesson that takes `needed` bytes says of the disk. Raises DiskFullError where it would get too full."""
    if room.short_of(needed + SPARE):
        where = f" ({room.folder})" if room.folder else ""
        raise DiskFullError(
            f"Only {size(room.free)} are free where the engine keeps its images{where}. This lesson takes up to "
            f"{size(needed)}, and some room has to stay.",
            "Make room: close all other notebooks (Shut Down Kernel), and run `./drydock clean --lessons` in a "
            "terminal. Then run this cell again.",
        )
    free = f"; {size(room.free)} are free" if room.free is not None and not room.own else ""
    return f"Disk: up to {size(needed)} while you work{free}."
