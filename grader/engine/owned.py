"""The folders of what runs for a process, each with a note of whose it is: what nobody owns any more is left over."""

from __future__ import annotations

import os
import secrets
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec

from grader.engine.lock import locked
from grader.engine.places import Places
from grader.engine.process import Process, started
from grader.engine.run import room_in
from grader.model.reading import from_json

OWNER = "owner.json"


def register(places: Places, prefix: str, mode: int) -> str:
    """A new name that begins with `prefix`; its folder for running is made, and noted as this process's.

    Raises DiskFullError when no space is left.
    """
    name = prefix + secrets.token_hex(5)
    me = Process(pid=os.getpid(), started=started(os.getpid()))
    with room_in(Path(places.run)), alone(places, "starting an engine"):
        run = places.running(name)
        run.mkdir(parents=True)
        run.chmod(mode)
        (run / OWNER).write_bytes(msgspec.json.encode(me))
    return name


def owned(run: Path) -> bool:
    """Whether the process still runs whose folder this is. A folder is made in two steps: ask in an `alone` block."""
    try:
        return from_json((run / OWNER).read_bytes(), Process).alive
    except (OSError, msgspec.DecodeError):
        return False


def alone(places: Places, purpose: str) -> AbstractContextManager[None]:
    """A block in which no other Drydock makes such a folder, or removes what is left."""
    return locked(places.lock("sealed"), purpose, lambda _: None)
