"""The machine, described: what a figure is worth depends on it."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

from benchmarks.values import Machine


def described(engine: str, before: float) -> Machine:
    """This machine now; `before` was its load average when the run began."""
    return Machine(
        system=_system(),
        processor=_processor(),
        processors=os.cpu_count() or 1,
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        python=platform.python_version(),
        engine=engine,
        load=(before, load()),
    )


def load() -> float:
    """The load average over one minute."""
    return round(os.getloadavg()[0], 2)


def commit(root: Path) -> str:
    """The commit that is checked out at `root`; empty where that is not known."""
    try:
        done = subprocess.run(["git", "-C", str(root), "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    except OSError:
        return ""
    return done.stdout.strip()


def _system() -> str:
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        name = platform.system()
    return f"{name}, {platform.system()} {platform.release()}, {platform.machine()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("ascii", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
