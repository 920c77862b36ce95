"""What the commands share: the engine, found or started when it is first needed, and the base images in it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from grader.cli._progress import Progress, progress
from grader.engine.client import Engine
from grader.engine.places import EngineAddress, Places
from grader.model import Exercise, Observation, Report

# The image's archive is read, and two probes run.
THREADS = 3


class Session:
    """One command's work: it knows where the engine is, and how to show what goes on."""

    def __init__(self, shown: Progress) -> None:
        self.shown = shown
        self.places = Places.from_environment(os.environ)

    @cached_property
    def address(self) -> EngineAddress:
        """The engine's address; it is found, or provided and started, the first time."""
        from grader.engine.find import find_or_start

        return find_or_start(self.places, os.environ, self.shown.say)

    @cached_property
    def engine(self) -> Engine:
        """The engine."""
        return Engine(address=self.address)

    @property
    def has_engine(self) -> bool:
        """Whether the engine was needed, and there was one."""
        return "engine" in vars(self)

    def close(self) -> None:
        """Close the connections to the engine, where there are any; it runs on."""
        if self.has_engine:
            self.engine.close()

    def forget(self) -> None:
        """Look for the engine anew when it is needed next: it may have died."""
        self.close()
        vars(self).pop("engine", None)
        vars(self).pop("address", None)

    def bases(self, names: tuple[str, ...]) -> None:
        """Have these base images in the engine."""
        from grader.engine.bases.ensure import ensure

        ensure(self.address, self.places, names, self.shown.say)

    def check(
        self, exercise: Exercise, path: Path, cancel: threading.Event | None = None
    ) -> tuple[Report, Observation]:
        """Grade what lies at `path`; setting `cancel` ends that."""
        from grader.pipeline import Watcher, check

        watcher = Watcher(
            say=self.shown.say,
            on_event=self.shown.on_event,
            bases=self.bases,
            threads=THREADS,
            cancel=cancel or threading.Event(),
        )
        return check(exercise, path, lambda: self.engine, watcher)


@contextmanager
def session(*, quiet: bool = False) -> Iterator[Session]:
    """A session whose progress is shown on standard error until the block ends."""
    with progress(quiet=quiet) as shown:
        yield Session(shown)
