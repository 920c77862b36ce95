"""One Drydock at a time: a lock on a file, which ends with the process that holds it."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.errors import LockedError


@contextmanager
def locked(path: Path, purpose: str, say: Callable[[str], None], seconds: float = 300) -> Iterator[None]:
    """Hold the lock file `path` while the block runs; `purpose` is shown to others who wait for it.

    Raises LockedError with who holds it when it is not let go within `seconds`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+", encoding="utf-8") as file:  # noqa: PTH123
        _wait(file.fileno(), path, say, seconds)
        file.truncate(0)
        file.write(f"process {os.getpid()} ({purpose})")
        file.flush()
        try:
            yield
        finally:
            with suppress(OSError):
                file.truncate(0)
            fcntl.flock(file.fileno(), fcntl.LOCK_UN)


def _wait(descriptor: int, path: Path, say: Callable[[str], None], seconds: float) -> None:
    end = time.monotonic() + seconds
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            holder = path.read_text("utf-8", errors="replace").strip() or "another process"
        if time.monotonic() >= end:
            raise LockedError(
                f"{path} is held by {holder}, and was not let go within {seconds:.0f} s.",
                "Wait until it is done, or end that process, and try again.",
            )
        if not told:
            say(f"Waiting for {holder} …")
            told = True
        time.sleep(0.05)
