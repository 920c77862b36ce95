"""What a grading has left: in its engine, and of its engine on this machine once that was given back."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from grader.engine.client import Engine
from grader.engine.places import EngineAddress
from grader.engine.sealed.cgroups import TOP

SECONDS = 30.0
"""How long what is being removed is waited for."""


def volumes(engine: Engine) -> set[str]:
    """The volumes without a name of their own that no container has."""
    found = engine.api.volumes(filters={"dangling": True, "label": "com.docker.volume.anonymous"})
    return {one["Name"] for one in found["Volumes"] or ()}


def new_volumes(engine: Engine, before: set[str], seconds: float = 5.0) -> list[str]:
    """Those that were not there before; another grading's are gone a bit later."""
    return nothing(lambda: [f"volume {name[:12]}" for name in sorted(volumes(engine) - before)], seconds)


def of_engine(address: EngineAddress, seconds: float = SECONDS) -> list[str]:
    """What there is of an engine of one submission, which was given back; nothing of one that goes on."""
    return nothing(lambda: traces(address), seconds) if address.seal is not None else []


def nothing(left: Callable[[], list[str]], seconds: float) -> list[str]:
    """What is left after a wait that ends as soon as there is nothing."""
    limit = time.monotonic() + seconds
    while (found := left()) and time.monotonic() < limit:
        time.sleep(0.05)
    return found


def traces(address: EngineAddress) -> list[str]:
    """Processes, mounts, loop devices, control groups and files that bear its name, and the container of it."""
    seal, name = address.seal, address.name
    assert seal is not None
    found = [f"process {words[:80]}" for words in _processes() if name in words]
    found += [f"mount {line.split()[1]}" for line in Path("/proc/mounts").read_text().splitlines() if name in line]
    for file in Path("/sys/block").glob("loop*/loop/backing_file"):
        with suppress(OSError):
            found += [f"loop device of {path}" for path in [file.read_text().strip()] if name in path]
    tops = (TOP, *(path for path in TOP.iterdir() if path.is_dir())) if TOP.is_dir() else ()
    found += [f"control group {path}" for top in tops for path in top.glob(f"*{name}")]
    places = [Path(seal.room, f"{name}.img")] if seal.room else []
    places += [Path(address.host.removeprefix("unix://")).parent] if address.host.startswith("unix://") else []
    found += [f"file {path}" for path in places if path.exists()]
    if seal.outer is not None:
        outer = Engine(seal.outer)
        found += [f"container {one['Id'][:12]}" for one in outer.api.containers(all=True, filters={"name": name})]
        outer.close()
    return found


def _processes() -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            found += [words] if int(folder.name) != os.getpid() else []
    return found
