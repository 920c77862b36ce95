"""An engine in a container watched during a build: which of its limits is met, and when. Its first process says so."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.engine.met import Met
from grader.engine.places import Seal

WORDS = ("memory", "processes", "bytes", "files")
LOOKED = "."
PATIENCE = 5.0


class Watch:
    """Looks at what was said from the beginning of its `with` block to the end."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._began = time.monotonic()
        self._found: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wait(time.monotonic())
        for when, word in said(self._seal):
            if when >= self._began and word in WORDS:
                self._found.setdefault(word, when - self._began)

    def met(self) -> Met:
        """What has been seen."""
        return Met(seal=self._seal, **self._found)

    def _wait(self, ended: float) -> None:
        """Wait until it has looked twice since: the first of these looks may have begun before."""
        while time.monotonic() < ended + PATIENCE:
            looks = sum(when > ended for when, word in said(self._seal) if word == LOOKED)
            if looks >= 2 or not Path(self._seal.events).exists():
                return
            time.sleep(0.02)


def said(seal: Seal) -> Iterator[tuple[float, str]]:
    """What the first process of the engine's container has said so far, with the times at which it came."""
    with suppress(OSError):
        for line in Path(seal.events).read_text("ascii").splitlines():
            when, _, word = line.partition(" ")
            if word:
                yield float(when), word
