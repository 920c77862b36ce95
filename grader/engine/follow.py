"""A program that is read while it runs, and that never outlives its time, its caller or an interruption."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Literal

Ended = Literal["exited", "time", "cancelled", "stopped"]

PIECE = 65536
GLANCE = 0.05


def follow(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str],
    folder: Path,
    seconds: float,
    take: Callable[[bytes], bool],
    cancel: threading.Event | None = None,
) -> tuple[Ended, int]:
    """Run a program in `folder`, handing what it prints (both streams) to `take` until that says False.

    Returns how it ended and its exit code. On a time limit (monotonic clock), a set `cancel`, a False from `take` or
    any exception, the whole process group is killed before this returns. Raises OSError when it cannot be started.
    """
    pieces: queue.Queue[bytes | None] = queue.Queue(maxsize=64)
    limit = time.monotonic() + seconds
    process = subprocess.Popen(
        [*_dies_with_us(), *arguments],
        cwd=folder,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    stop = threading.Event()
    assert process.stdout is not None
    reader = threading.Thread(target=_read, args=(process.stdout, pieces, stop), daemon=True)
    try:
        reader.start()
        ended = pump(pieces, limit, take, cancel)
        if ended == "exited":
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(limit - time.monotonic(), 0.0))
            ended = "exited" if process.returncode is not None else "time"
    finally:
        stop.set()
        _kill(process)
        reader.join(1.0)
        process.stdout.close()
    return ended, process.returncode


def pump(
    pieces: queue.Queue[bytes | None],
    limit: float,
    take: Callable[[bytes], bool],
    cancel: threading.Event | None,
) -> Ended:
    """Hand over what the queue brings until None comes, `limit` (monotonic) is past, or somebody has had enough."""
    while True:
        left = limit - time.monotonic()
        if left <= 0:
            return "time"
        if cancel is not None and cancel.is_set():
            return "cancelled"
        try:
            piece = pieces.get(timeout=min(left, GLANCE))
        except queue.Empty:
            continue
        if piece is None:
            return "exited"
        if not take(piece):
            return "stopped"


def give(pieces: queue.Queue[bytes | None], piece: bytes | None, stop: threading.Event) -> None:
    """Put `piece` into the queue, unless nobody wants it any more."""
    while not stop.is_set():
        try:
            pieces.put(piece, timeout=GLANCE)
        except queue.Full:
            continue
        return


def _read(stream: IO[bytes], pieces: queue.Queue[bytes | None], stop: threading.Event) -> None:
    piece: bytes | None = b"-"
    while piece is not None and not stop.is_set():
        try:
            piece = os.read(stream.fileno(), PIECE) or None
        except (OSError, ValueError):
            piece = None
        give(pieces, piece, stop)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.poll() is None:
        process.kill()
    process.wait()


def _dies_with_us() -> list[str]:
    """On Linux the kernel is asked to kill the program when we die; elsewhere there is no such thing."""
    if sys.platform != "linux":
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None or Path(setpriv).resolve().name != "setpriv":
        return []
    return [setpriv, "--pdeathsig", "KILL", "--"]
