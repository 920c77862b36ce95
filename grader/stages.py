"""While a submission goes through its stages: who is told what goes on, and how long each stage takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from grader.model import BuildEvent


class Watcher(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told what goes on: `say` takes a line of text, `on_event` each event of the build; `cancel` ends the work.

    `bases` is asked to have these base images in the engine before the build.
    """

    say: Callable[[str], None] = lambda _: None
    on_event: Callable[[BuildEvent], None] | None = None
    cancel: threading.Event = msgspec.field(default_factory=threading.Event)
    bases: Callable[[tuple[str, ...]], None] = lambda _: None


class Clock:
    """Seconds of each stage, by the clock that nobody sets."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage, also when it fails."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + round(time.monotonic() - began, 4)
