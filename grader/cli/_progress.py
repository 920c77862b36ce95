"""What is going on, on standard error: one moving line in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from grader.model import BuildEvent, StepEnded, StepStarted
from grader.report.figures import seconds
from grader.report.inert import one_line, visible

BETWEEN_LINES = 10.0


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Two listeners: `say` for a line of text, `on_event` for the events of a build."""

    say: Callable[[str], None]
    on_event: Callable[[BuildEvent], None]


class Meter:
    """How many of `total` are over, and about how long the others take; said at most once in `every` seconds."""

    def __init__(self, total: int, say: Callable[[str], None], every: float) -> None:
        self._total, self._say, self._every = total, say, every
        self._over = 0
        self._began = self._said = time.monotonic()

    def step(self, name: str) -> None:
        """One more is over, of the exercise `name`."""
        self._over += 1
        now = time.monotonic()
        if now - self._said >= self._every or self._over == self._total:
            self._said = now
            left = seconds((now - self._began) / self._over * (self._total - self._over))
            self._say(f"{self._over} of {self._total} graded, about {left} to go ({name})")


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Show progress while the block runs; `quiet` shows nothing at all."""
    if quiet:
        yield Progress(say=lambda _: None, on_event=lambda _: None)
    elif sys.stderr.isatty():
        with _moving() as shown:
            yield shown
    else:
        yield Progress(say=lambda text: print(visible(text), file=sys.stderr, flush=True), on_event=lambda _: None)


@contextmanager
def _moving() -> Iterator[Progress]:
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    done = 0
    with console.status(Text("Looking at what you handed in")) as status:

        def say(text: str) -> None:
            status.update(Text(one_line(text), overflow="ellipsis", no_wrap=True))

        def on_event(event: BuildEvent) -> None:
            nonlocal done
            if isinstance(event, StepStarted):
                say(f"Building, {done} steps done: {event.command[:70]}")
            elif isinstance(event, StepEnded):
                done += 1

        yield Progress(say=say, on_event=on_event)
