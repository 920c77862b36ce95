"""A sealed engine watched during a build: which of its limits is met, and when. Seen from outside, by the kernel's own
counts, not by exit codes, which a submission can choose."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.engine.met import Met
from grader.engine.places import Seal
from grader.engine.sealed.cgroups import CONTAINERS, Cgroup

PAUSE = 0.04
# A disk with less than this is full: the file system keeps some blocks that nobody can use.
FULL_BYTES = 1_000_000
FULL_FILES = 16


class Watch:
    """Looks from the beginning of its `with` block to the end, many times a second."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._group = Cgroup(name=seal.cgroup)
        self._began = time.monotonic()
        self._found: dict[str, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._kills = _Kills(self._group)
        self._refused = self._refusals()
        self._peaked = self._most() >= seal.processes

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._look()
        self._kills.close()

    def met(self) -> Met:
        """What has been seen so far."""
        return Met(seal=self._seal, **self._found)

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            self._look()

    def _look(self) -> None:
        with suppress(OSError):
            if self._kills.any():
                self._note("memory")
        with suppress(OSError):
            most = _number(self._pids("pids.current")) if self._peaked else self._most()
            if self._refusals() > self._refused or most >= self._seal.processes:
                self._note("processes")
        with suppress(OSError):
            disk = os.statvfs(self._seal.disk)
            if disk.f_bavail * disk.f_frsize < FULL_BYTES:
                self._note("bytes")
            if disk.f_favail < FULL_FILES:
                self._note("files")

    def _note(self, what: str) -> None:
        self._found.setdefault(what, time.monotonic() - self._began)

    def _refusals(self) -> int:
        """How often a process could not be started; version 1 counts that in groups which are gone by now."""
        if not self._group.unified:
            return 0
        with suppress(OSError):
            return _count(self._pids("pids.events"), "max")
        return 0

    def _most(self) -> int:
        """How many processes there have been at once; how many there are, where the kernel does not keep that."""
        for name in ("pids.peak", "pids.current"):
            with suppress(OSError):
                return _number(self._pids(name))
        return 0

    def _pids(self, name: str) -> Path:
        return self._group.of("pids", CONTAINERS) / name


class _Kills:
    """How often the kernel has ended a process of the group, or below, for want of memory.

    Version 1 counts in the group that the process was in, which is gone when one asks: there an event is awaited that
    is sent to the group that had the limit (memory.oom_control with cgroup.event_control).
    """

    def __init__(self, group: Cgroup) -> None:
        self._folder = group.of("memory", CONTAINERS)
        self._open: list[int] = []
        self._before = 0
        if group.unified:
            with suppress(OSError):
                self._before = self._count()
            return
        with suppress(OSError):
            event = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
            control = os.open(self._folder / "memory.oom_control", os.O_RDONLY | os.O_CLOEXEC)
            self._open = [event, control]
            (self._folder / "cgroup.event_control").write_text(f"{event} {control}", "ascii")

    def any(self) -> bool:
        """Whether there was one since the beginning; in version 1 since the last question."""
        if not self._open:
            return self._count() > self._before
        try:
            return os.eventfd_read(self._open[0]) > 0
        except BlockingIOError:
            return False

    def close(self) -> None:
        """Wait for no more events."""
        for descriptor in self._open:
            os.close(descriptor)

    def _count(self) -> int:
        return _count(self._folder / "memory.events", "oom_kill")


def _number(path: Path) -> int:
    return int(path.read_text("ascii"))


def _count(path: Path, key: str) -> int:
    """The number behind `key` in a file of lines such as `max 3`."""
    return next(
        (int(line.split()[1]) for line in path.read_text("ascii").splitlines() if line.startswith(f"{key} ")), 0
    )
