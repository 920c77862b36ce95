"""What is left of sealed engines whose Drydock was killed, or of a machine that was restarted: found and removed.

Only ours: by the names that are made of the data folder's key, and never one whose Drydock still runs.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from msgspec import Struct

from grader.engine.owned import alone, owned
from grader.engine.places import Places
from grader.engine.sealed.cgroups import TOP, Cgroup
from grader.engine.sealed.launch import END_SECONDS, PREFIX, loops_of, new_disk
from grader.errors import EngineError


class Leftover(Struct, frozen=True, kw_only=True):
    """What a sealed engine that nobody owns any more has left; `loops` are the devices that still hold its disk."""

    name: str
    processes: int = 0
    cgroups: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def leftovers(places: Places) -> list[Leftover]:
    """What is left, engine by engine; nothing is changed."""
    found = []
    for name in sorted(_names(places)):
        if owned(places.running(name)):
            continue
        cgroup = _cgroup(places, name)
        disk, run = new_disk(places, name), places.running(name)
        found.append(
            Leftover(
                name=name,
                processes=len(cgroup.processes()),
                cgroups=tuple(str(folder) for folder in cgroup.folders()),
                loops=tuple(loops_of(disk)),
                files=tuple(str(path) for path in (disk, run) if path.exists()),
            )
        )
    return found


def remove_leftovers(places: Places) -> list[Leftover]:
    """Kill what runs of them, and remove what is there; what was found.

    Raises EngineError when a process does not end, LockedError when another Drydock is at it for too long.
    """
    with alone(places, "removing what is left of sealed engines"):
        found = leftovers(places)
        for one in found:
            cgroup = _cgroup(places, one.name)
            cgroup.kill()
            if not cgroup.remove(END_SECONDS):
                raise EngineError(
                    f"Processes of the sealed engine {one.name} do not end: {sorted(cgroup.processes())[:10]}.",
                    "Restarting the machine ends them.",
                )
            new_disk(places, one.name).unlink(missing_ok=True)
            shutil.rmtree(places.running(one.name), ignore_errors=True)
        return found


def _names(places: Places) -> set[str]:
    """Every sealed engine of which there is anything: a folder for running, a disk, a control group."""
    start = f"drydock-{places.key}-"
    tops = [TOP, *(path for path in TOP.iterdir() if path.is_dir())] if TOP.is_dir() else []
    groups = {path.name.removeprefix(start) for top in tops for path in top.glob(f"{start}{PREFIX}*")}
    run = {path.name for path in Path(places.run).glob(f"{PREFIX}*")}
    return groups | run | {path.stem for path in places.sealed.glob(f"{PREFIX}*.img")}


def _cgroup(places: Places, name: str) -> Cgroup:
    return Cgroup(name=f"drydock-{places.key}-{name}")
