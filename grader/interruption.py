"""Ctrl-C and SIGTERM: the first one ends a command, and the next ones do not end its cleaning up."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interrupted_once() -> Iterator[None]:
    """Let one interruption in, and no second one from then on: the process is about to end, and cleans up.

    A second one would leave half of that undone. While an executor's thread is waited for, it would even let the
    process wait for ever when it ends. SIGTERM is one too where it raises KeyboardInterrupt, as in the command line;
    where it ends a process at once, as in a worker, it goes on doing so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupted(*_: object) -> None:
        # One that came meanwhile is noted and not handled yet; Python complains of it once its signal is ignored. So it
        # is let in here, with one of ours that has it looked at, by a handler that does nothing.
        for number in before:
            signal.signal(number, lambda *_: None)
        signal.raise_signal(signal.SIGINT)
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    ours = [signal.SIGINT, *([signal.SIGTERM] if callable(signal.getsignal(signal.SIGTERM)) else [])]
    before = {number: signal.getsignal(number) for number in ours}
    for number in ours:
        signal.signal(number, interrupted)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is interrupted:
                signal.signal(number, handler)
