"""The processes of this machine that look at submissions and grade them; each imports only what its work needs."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def local(jobs: int) -> ProcessPoolExecutor:
    """An executor of this machine: `jobs` processes, so that one that dies takes nothing else with it."""
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), begin)


def begun_with(executor: Executor, make: Callable[[int], Executor] = local) -> Callable[[int], Executor]:
    """What makes executors, but has `executor` first: its processes have started already."""
    there = [executor]
    return lambda jobs: there.pop() if there else make(jobs)


def begin() -> None:
    """For a worker that waits for work: Ctrl-C is its parent's business, and it ends when its parent does.

    On Linux the kernel sees to that, as a worker that waits does not notice; elsewhere it waits on.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    # It may have died before it could be asked for, while this process was starting.
    if (parent := multiprocessing.parent_process()) is not None and os.getppid() != parent.pid:
        os._exit(1)
