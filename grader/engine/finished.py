"""A request to the engine that is always waited for: what it makes later could not be removed by whoever gave up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

T = TypeVar("T")


def finished(request: Callable[[], T], seconds: float) -> T:
    """What `request` returns or raises. Ctrl-C waits for its end, at most `seconds`, before it goes on."""
    answer: Future[T] = Future()

    def ask() -> None:
        try:
            answer.set_result(request())
        except BaseException as error:  # noqa: BLE001 - whoever waits raises it
            answer.set_exception(error)

    try:
        threading.Thread(target=ask, daemon=True).start()
        return answer.result()
    except BaseException:
        wait([answer], seconds)
        raise
