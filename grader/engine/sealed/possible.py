"""Whether this machine can have sealed engines, and if not, why not and what to do."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from grader.engine.run import system_environment
from grader.engine.sealed.cgroups import CONTROLLERS, TOP
from grader.errors import NoEngineError

# Program -> Debian's package of it.
PROGRAMS = {
    "unshare": "util-linux",
    "setpriv": "util-linux",
    "mount": "mount",
    "mkfs.ext4": "e2fsprogs",
    "find": "findutils",
    "cp": "coreutils",
}


def why_not() -> tuple[str, ...]:
    """The reasons why there can be no sealed engine here, each with what to do; none where there can be one."""
    return tuple(_reasons())


def need_possible() -> None:
    """Raise NoEngineError with all reasons where there can be no sealed engine here."""
    if reasons := why_not():
        raise NoEngineError(
            "The tier 'hardened' cannot be had here: " + "; ".join(reasons) + ".",
            "It is never lowered by itself: choose another one with --tier, or grade on a machine that has it.",
        )


def _reasons() -> Iterator[str]:
    if sys.platform != "linux":
        yield "it needs Linux"
        return
    if os.geteuid() != 0:
        yield "it needs root (run it as root, on a machine that is for grading)"
    path = system_environment()["PATH"]
    for program, package in PROGRAMS.items():
        if not shutil.which(program, path=path):
            yield f"the program {program} is missing (install the package {package})"
    if not Path("/dev/loop-control").exists():
        yield "there are no loop devices (load the kernel's module 'loop'; in a container, run on the machine itself)"
    if "ext4" not in _file_systems():
        yield "the kernel does not know ext4 (load the kernel's module 'ext4')"
    if missing := _missing_controllers():
        yield (
            f"there is no control group for {', '.join(missing)} below {TOP} "
            "(mount the hierarchies; in a container, run on the machine itself)"
        )
    elif not os.access(TOP / ("" if _unified() else "memory"), os.W_OK):
        yield f"no control group can be made below {TOP} (in a container, run on the machine itself)"


def _file_systems() -> set[str]:
    try:
        return {line.split()[-1] for line in Path("/proc/filesystems").read_text("ascii").splitlines()}
    except OSError:
        return set()


def _unified() -> bool:
    return (TOP / "cgroup.controllers").exists()


def _missing_controllers() -> list[str]:
    if _unified():
        there = (TOP / "cgroup.controllers").read_text("ascii").split()
        return [name for name in CONTROLLERS if name not in there]
    return [name for name in CONTROLLERS if not (TOP / name / "cgroup.procs").exists()]
