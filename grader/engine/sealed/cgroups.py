"""The control groups of one sealed engine: one for the engine, and a smaller one for its build steps and containers.

NAME/engine holds dockerd, NAME/containers everything that it runs (in version 2 a group with processes of its own
cannot have groups with limits below it). Files as in the kernel's documentation, cgroup-v1 and cgroup-v2.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from grader.engine.sealed.bounds import Bounds
from grader.errors import NoEngineError

TOP = Path("/sys/fs/cgroup")
CONTROLLERS = ("memory", "pids", "cpu")
PERIOD = 100_000
ENGINE, CONTAINERS = "engine", "containers"


class Cgroup(Struct, frozen=True, kw_only=True):
    """A control group by its `name` in every hierarchy of this machine; `top` is where those are mounted."""

    name: str
    top: str = str(TOP)

    @property
    def unified(self) -> bool:
        """Whether the machine has version 2, one hierarchy for all limits."""
        return Path(self.top, "cgroup.controllers").exists()

    @property
    def parent(self) -> str:
        """What dockerd is told as --cgroup-parent."""
        return f"/{self.name}/{CONTAINERS}"

    def of(self, controller: str, part: str = "") -> Path:
        """The folder of the group, or of its `part`, in the hierarchy of `controller`."""
        root = Path(self.top) if self.unified else Path(self.top, controller)
        return root / self.name / part

    def make(self, bounds: Bounds) -> None:
        """Make the groups with their limits.

        Raises NoEngineError with the file that could not be written where this machine does not let us.
        """
        try:
            if self.unified:
                for folder in (Path(self.top), self.of("memory"), self.of("memory", CONTAINERS)):
                    folder.mkdir(exist_ok=True)
                    _write(folder / "cgroup.subtree_control", " ".join(f"+{name}" for name in CONTROLLERS))
            for controller in CONTROLLERS:
                for part in (ENGINE, CONTAINERS):
                    self.of(controller, part).mkdir(parents=True, exist_ok=True)
            for path, value in self._limits(bounds):
                _write(path, value)
        except OSError as error:
            self.remove(0)
            raise NoEngineError(
                f"The limits of a sealed engine cannot be set: {error.filename}: {error.strerror}.",
                "The tier 'hardened' needs the control groups memory, pids and cpu, and the right to make new ones.",
            ) from error

    def _limits(self, bounds: Bounds) -> Iterator[tuple[Path, str]]:
        whole, quota = bounds.memory_bytes + bounds.engine_bytes, int(bounds.cpus * PERIOD)
        for part, memory, processes in (
            ("", whole, bounds.processes + bounds.engine_processes),
            (CONTAINERS, bounds.memory_bytes, bounds.processes),
        ):
            yield self.of("pids", part) / "pids.max", str(processes)
            if self.unified:
                yield self.of("memory", part) / "memory.max", str(memory)
                yield self.of("memory", part) / "memory.swap.max", "0"
                continue
            yield self.of("memory", part) / "memory.limit_in_bytes", str(memory)
            yield self.of("memory", part) / "memory.memsw.limit_in_bytes", str(memory)
        if self.unified:
            yield self.of("cpu") / "cpu.max", f"{quota} {PERIOD}"
        else:
            yield self.of("cpu") / "cpu.cfs_period_us", str(PERIOD)
            yield self.of("cpu") / "cpu.cfs_quota_us", str(quota)

    def entrances(self) -> list[str]:
        """The files into which a process writes 0 to become part of the engine's own group."""
        found = {str(self.of(controller, ENGINE) / "cgroup.procs") for controller in CONTROLLERS}
        return sorted(found)

    def folders(self) -> list[Path]:
        """The group's folders that are there, in every hierarchy (runc makes some more than `make` does)."""
        tops = [Path(self.top)] if self.unified else [path for path in Path(self.top).iterdir() if path.is_dir()]
        return [top / self.name for top in tops if (top / self.name).is_dir()]

    def processes(self) -> set[int]:
        """The numbers of all processes in the group and below."""
        found: set[int] = set()
        for folder in self.folders():
            # Groups may go meanwhile: os.walk passes over those.
            for path, _, _ in os.walk(folder):
                with suppress(OSError):
                    found |= {int(line) for line in Path(path, "cgroup.procs").read_text("ascii").split()}
        return found - {0}

    def kill(self) -> None:
        """Kill every process in it."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def remove(self, seconds: float) -> bool:
        """Remove the groups, the deepest first, within `seconds`; whether nothing is left."""
        limit = time.monotonic() + seconds
        while folders := self.folders():
            for folder in folders:
                for path, _, _ in os.walk(folder, topdown=False):
                    with suppress(OSError):
                        os.rmdir(path)  # noqa: PTH106
            if not self.folders():
                return True
            if time.monotonic() >= limit:
                return False
            time.sleep(0.02)
        return True


def _write(path: Path, value: str) -> None:
    """Write one value; swap limits are left out where the machine has no swap to limit."""
    try:
        path.write_text(value, "ascii")
    except OSError:
        if "swap" not in path.name and "memsw" not in path.name:
            raise
