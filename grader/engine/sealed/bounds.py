"""What one sealed engine may use, and how its limits are divided."""

from __future__ import annotations

import os

from msgspec import Struct

MIB = 1 << 20


class Bounds(Struct, frozen=True, kw_only=True):
    """The limits of one engine, all in bytes or counts.

    `disk_bytes` and `files` are what fits on its disk beside the base images. `memory_bytes` and `processes` are those
    of all build steps and containers together; the engine itself has `engine_bytes` and `engine_processes` on top, so
    that the kernel ends a step and not the engine. `cpus` binds both.
    """

    disk_bytes: int = 1_000_000_000
    files: int = 100_000
    memory_bytes: int = 1024 * MIB
    engine_bytes: int = 512 * MIB
    processes: int = 1024
    engine_processes: int = 1024
    cpus: float = 1.0


# A container under gVisor has so many threads of gVisor's own beside its processes.
GVISOR_PROCESSES = 1024


def bounds_for(jobs: int, *, gvisor: bool = False) -> Bounds:
    """The limits of each of `jobs` engines at a time: an equal part of this machine's processors, at least one."""
    cpus = max(1.0, (os.cpu_count() or 1) / max(jobs, 1))
    return Bounds(cpus=cpus, processes=4 * GVISOR_PROCESSES) if gvisor else Bounds(cpus=cpus)
