"""While a submission goes through its stages: who is told what goes on, how long each takes, and how long it may."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from grader.model import BuildEvent, Exercise
from grader.model.tier import Tier

GVISOR_TIME = 2.0


class Watcher(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told what goes on: `say` takes a line of text, `on_event` each event of the build; `cancel` ends the work.

    `bases` is asked to have these base images in the engine before the build. What is independent is looked at side by
    side on so many `threads`: one where several submissions are graded at the same time anyway.
    """

    say: Callable[[str], None] = lambda _: None
    on_event: Callable[[BuildEvent], None] | None = None
    cancel: threading.Event = msgspec.field(default_factory=threading.Event)
    bases: Callable[[tuple[str, ...]], None] = lambda _: None
    threads: int = 1


class Clock:
    """Seconds of each stage, by the clock that nobody sets; stages may last at the same time."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage, also when it fails; one that comes again is added."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - began, 4)


def with_time(exercise: Exercise, tier: Tier) -> Exercise:
    """The exercise with the time that its programs have in this isolation: under gVisor they are slower."""
    limits, factor = exercise.limits, GVISOR_TIME if tier == "hardened-gvisor" else 1.0
    slower = {"build_seconds": limits.build_seconds * factor, "run_seconds": limits.run_seconds * factor}
    return msgspec.structs.replace(exercise, limits=msgspec.structs.replace(limits, **slower))
