"""What an engine in a container may use, and the options of its container."""

from __future__ import annotations

import os

from grader.engine.sealed.bounds import MIB, Bounds

# What is built lies in memory, and counts as memory of whoever writes it.
DISK_BYTES = 800_000_000
OWN_FILES = 5_000

# No device of the machine, none of its modules, clock or network: what it takes to mount, to limit and to connect
# containers of its own, and no more. Docker's filter of system calls and its masks over /proc forbid just that.
RIGHTS = (
    "--cap-add=SYS_ADMIN",
    "--cap-add=NET_ADMIN",
    # To reach into the network of a container whose user is not root.
    "--cap-add=SYS_PTRACE",
    "--security-opt=seccomp=unconfined",
    "--security-opt=apparmor=unconfined",
    "--security-opt=systempaths=unconfined",
    "--cgroupns=private",
)
# Its own file system cannot be written; what it keeps beside its disk lies in memory too.
SHAPE = (
    "--network=none",
    "--read-only",
    "--tmpfs=/run:size=32m,exec",
    "--tmpfs=/tmp:size=64m",
    "--tmpfs=/var/lib/docker:size=1m",
    "--tmpfs=/etc/docker:size=1m",
    "--tmpfs=/opt/containerd:size=1m",
    "--log-driver=none",
    "--no-healthcheck",
    "--pull=never",
)


def bounds_for(jobs: int) -> Bounds:
    """The limits of each of `jobs` engines at a time: an equal part of the processors, at least one."""
    return Bounds(disk_bytes=DISK_BYTES, cpus=max(1.0, (os.cpu_count() or 1) / max(jobs, 1)))


def memory_of(bounds: Bounds) -> int:
    """What its build steps and containers may use, in bytes: their memory, and what they write."""
    return bounds.memory_bytes + bounds.disk_bytes


def options(bounds: Bounds) -> list[str]:
    """The options of `docker run` that set the limits."""
    whole = memory_of(bounds) + bounds.engine_bytes + 100 * MIB
    return [
        f"--memory={whole}",
        f"--memory-swap={whole}",
        f"--pids-limit={bounds.processes + bounds.engine_processes}",
        f"--cpus={bounds.cpus:g}",
    ]
