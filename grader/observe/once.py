"""A value that several threads ask for and that is made once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Once(Generic[Value]):
    """Called, it gives what `make` gave the first time, or raises what that raised; the others wait for the first."""

    def __init__(self, make: Callable[[], Value]) -> None:
        self._make = make
        self._made: Future[Value] = Future()
        self._first = threading.Lock()

    def __call__(self) -> Value:
        """The value."""
        if self._first.acquire(blocking=False):
            try:
                self._made.set_result(self._make())
            except BaseException as error:
                self._made.set_exception(error)
                raise
        return self._made.result()
