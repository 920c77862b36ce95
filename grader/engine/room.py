"""The room on the disk of an engine's images, and whose fault it is when there is none."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from grader.engine.places import EngineAddress
from grader.errors import DiskFullError, EngineError

# A machine with less room than this, in bytes, cannot tell whether a build asked for too much.
BUILD = 1_000_000_000
# What a container may need to start, to log and to write a few files.
RUN = 50_000_000


class Room(Struct, frozen=True, kw_only=True):
    """The disk of an engine's images.

    `own`: it is the engine's alone, of a size that what is built may fill. `free`: its bytes that are free, None where
    that is not known. `folder`: where it is on this machine, when it is Drydock's own engine's.
    """

    own: bool = False
    free: int | None = None
    folder: str = ""

    def short_of(self, needed: int) -> bool:
        """Whether less than `needed` bytes are known to be free on a disk that the machine uses for all else."""
        return not self.own and self.free is not None and self.free < needed

    @property
    def at_fault(self) -> bool:
        """Whether a build for which no space was left had too little of it, or may have had."""
        return not self.own and (self.free is None or self.free < BUILD)

    def error(self, said: str = "") -> DiskFullError:
        """What a person is told; `said` is where it was noticed."""
        own = f"the disk of {self.folder}, where Drydock's engine keeps its images"
        where = own if self.folder else "the engine's disk"
        left = "" if self.free is None else f" ({self.free:,} bytes are free now)"
        do = (
            "Make room there, or set DRYDOCK_HOME to a folder on another disk, and try again."
            if self.folder
            else "Make room (`docker system df` shows what takes it), and try again."
        )
        return DiskFullError(f"No space was left on {where}{left}. {said}".rstrip(), do)


def room_of(address: EngineAddress) -> Room:
    """The room that the engine at `address` has now; of one on another machine, or in Docker Desktop's, nothing."""
    if address.seal is not None and (full := _full(address.seal.room)) is not None:
        return full
    if address.private and not address.disk:
        return Room(own=True)
    folder = address.disk or _data_root(address)
    free = None
    if folder:
        with suppress(OSError):
            free = shutil.disk_usage(folder).free
    return Room(free=free, folder=address.disk)


def _full(folder: str) -> Room | None:
    """The room of a sealed engine whose disk, a file in `folder`, can grow no more; None while it can."""
    with suppress(OSError):
        free = shutil.disk_usage(folder).free
        return Room(free=free, folder=folder) if free < RUN else None
    return None


def need_room_to_run(address: EngineAddress) -> None:
    """Raise DiskFullError where containers may have failed because the machine had no room for what they write."""
    room = room_of(address)
    if room.short_of(RUN):
        raise room.error()


def _data_root(address: EngineAddress) -> str:
    if not address.host.startswith("unix://"):
        return ""
    from grader.engine.ping import get

    with suppress(EngineError, ValueError):
        folder = str(get(address.host, "/info").get("DockerRootDir", ""))
        return folder if folder and Path(folder).is_dir() else ""
    return ""
