"""Keys as they are pressed, in a terminal; the first letters of lines elsewhere."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

QUIT = "q"
END = "\x04"  # nothing more will come
Key = Callable[[float], str]


@contextmanager
def keys() -> Iterator[Key]:
    """A function that waits at most so many seconds for a key: the key, else nothing; END where the input ends."""
    descriptor = sys.stdin.fileno()
    if not os.isatty(descriptor):
        yield _Lines(descriptor).next
        return
    import termios
    import tty

    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield lambda seconds: _one(descriptor, seconds)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _one(descriptor: int, seconds: float) -> str:
    if not select.select([descriptor], [], [], seconds)[0]:
        return ""
    read = os.read(descriptor, 1)
    if read == b"\x1b":
        _rest_of_a_sequence(descriptor)
        return " "
    return read.decode("ascii", "replace").lower() or QUIT


def _rest_of_a_sequence(descriptor: int) -> None:
    """Read what an arrow and the like send after their first byte: none of it is meant as a letter."""
    part = os.read(descriptor, 1) if select.select([descriptor], [], [], 0.02)[0] else b""
    while part in (b"[", b"O") or (part and not b"@" <= part <= b"~"):
        part = os.read(descriptor, 1) if select.select([descriptor], [], [], 0.02)[0] else b""


class _Lines:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._ended = False

    def next(self, seconds: float) -> str:
        """The first letter of a line, a space for an empty one."""
        if self._ended:
            time.sleep(seconds)
            return ""
        if not select.select([self._descriptor], [], [], seconds)[0]:
            return ""
        line = bytearray()
        while (byte := os.read(self._descriptor, 1)) not in (b"", b"\n"):
            line += byte
        if not byte and not line:
            self._ended = True
            return END
        return line.decode("utf-8", "replace").strip().lower()[:1] or " "
