"""Names of gradings, from which it can be told later whether the process that had one still runs."""

from __future__ import annotations

import hashlib
import os
import re
import time
import uuid
from pathlib import Path

from grader.engine.process import Process, started

LABEL = "drydock.run"
PATIENT = 3600.0
"""Seconds after which what an unknown grading made is taken for left behind; none takes so long."""

_ID = re.compile(r"[0-9a-f]{16}-(?P<pid>\d+)-(?P<started>\d+)-(?P<space>\d+)")


def new_run() -> str:
    """A name for a grading of this process: letters, digits and hyphens, no two alike."""
    pid = os.getpid()
    return f"{uuid.uuid4().hex[:16]}-{pid}-{started(pid)}-{_space()}"


def is_over(run: str, made: float, now: float | None = None) -> bool:
    """Whether what the grading `run` made at `made` (seconds of the epoch) is no longer anybody's.

    It is when its process has ended. Where that cannot be told (another machine's, another container's, a name of an
    older Drydock), it is once it is older than PATIENT.
    """
    found = _ID.fullmatch(run)
    if found and found["space"] != "0" and int(found["space"]) == _space():
        return not Process(pid=int(found["pid"]), started=int(found["started"])).alive
    return (time.time() if now is None else now) - made > PATIENT


def _space() -> int:
    """A number for our namespace of processes on this machine since it started; 0 where there is no such thing.

    The kernel's own number of the first namespace is the same on every machine, and two machines may share an engine.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_bytes()
        number = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return 0
    return int.from_bytes(hashlib.sha256(boot + b"%d" % number).digest()[:6])
