"""Keys as they are pressed, in a terminal; the first letters of lines elsewhere."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

QUIT = "q"
Key = Callable[[float], str]


@contextmanager
def keys() -> Iterator[Key]:
    """A function that waits at most so many seconds for a key: the key, or an empty text. The end of input is `q`."""
    descriptor = sys.stdin.fileno()
    if not os.isatty(descriptor):
        yield lambda seconds: _from_lines(descriptor, seconds)
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
        # An arrow and the like send more bytes, none of which is meant as a letter.
        while select.select([descriptor], [], [], 0.02)[0] and os.read(descriptor, 1):
            pass
        return " "
    return read.decode("ascii", "replace").lower() or QUIT


def _from_lines(descriptor: int, seconds: float) -> str:
    if not select.select([descriptor], [], [], seconds)[0]:
        return ""
    line = bytearray()
    while (byte := os.read(descriptor, 1)) not in (b"", b"\n"):
        line += byte
    if not byte and not line:
        return QUIT
    return line.decode("utf-8", "replace").strip().lower()[:1] or " "
