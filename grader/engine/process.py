"""Processes named by number and start time, so that a number used again is not mistaken for the same process."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

PROC = Path("/proc")


class Process(Struct, frozen=True, kw_only=True):
    """A process: its number, and when it started in ticks since the machine did (field 22 of proc_pid_stat(5))."""

    pid: int
    started: int

    @property
    def alive(self) -> bool:
        """Whether this very process still runs; one that has ended and waits to be collected does not."""
        if self.started or (PROC / "self").exists():
            # 0 is no time at which one starts, but what is noted of one that had ended before it was looked at.
            return self.started != 0 and started(self.pid) == self.started
        try:
            os.kill(self.pid, 0)
        except OSError as error:
            return isinstance(error, PermissionError)
        return True

    def end(self, number: signal.Signals, seconds: float) -> bool:
        """Send the signal and wait until the process is gone; returns whether it is within `seconds`."""
        if self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
        limit = time.monotonic() + seconds
        while self.alive:
            if time.monotonic() > limit:
                return False
            with suppress(ChildProcessError):
                os.waitpid(self.pid, os.WNOHANG)
            time.sleep(0.02)
        return True

    def children(self) -> list["Process"]:
        """The processes it started that still run."""
        with suppress(OSError):
            numbers = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii").split()
            return [Process(pid=int(pid), started=when) for pid in numbers if (when := started(int(pid)))]
        return []


def started(pid: int) -> int:
    """When the process `pid` started, in ticks since the machine did; 0 when there is none, or it has ended.

    Where the kernel does not tell that, as on macOS, it is 0 for all.
    """
    try:
        fields = (PROC / str(pid) / "stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] in "ZX" else int(fields[19])
