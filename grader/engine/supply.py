"""Throw-away engines for gradings: one for each, the next one started while the last one ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from subprocess import SubprocessError
from typing import Protocol

from grader.engine.packages import Say
from grader.engine.places import EngineAddress
from grader.errors import EngineError, InputError, MachineError


class Throwaway(Protocol):
    """An engine that is used once."""

    @property
    def address(self) -> EngineAddress:
        """Where it is reached; no other has its name."""

    def begin_end(self) -> None:
        """Have it end with everything in it; returns at once."""

    def end(self) -> None:
        """End it, and wait until nothing is left; raises EngineError when something is."""


Start = Callable[[tuple[str, ...]], Throwaway]
"""Starts an engine with these base images; raises MachineError when it does not start."""


class Supply:
    """Gives engines out and takes them back; each is used once. Threads start and end them."""

    ahead, tries, alone = 1, 2, True

    def __init__(self, start: Start, say: Say, jobs: int) -> None:
        self._begin, self._say = start, say
        self._threads = ThreadPoolExecutor(2 * jobs + 2, thread_name_prefix="engine")
        self._used: dict[str, Throwaway] = {}
        self._ending: list[Future[None]] = []
        self._lock = threading.Lock()
        self._closed = False

    def prepare(self, bases: tuple[str, ...]) -> Future[EngineAddress]:
        """A new engine with these base images, started in the background; its MachineError when it does not start."""
        return self._threads.submit(self._start, bases)

    def give_back(self, address: EngineAddress) -> None:
        """End an engine, in the background; what cannot be removed is said."""
        with self._lock:
            engine = self._used.pop(address.name, None)
        if engine is not None:
            self._ending = [one for one in self._ending if not one.done()]
            self._ending.append(self._threads.submit(self._end, engine))

    def close(self) -> None:
        """End all engines, and wait until nothing is left of them."""
        with self._lock:
            self._closed = True
            left = list(self._used.values())
            self._used.clear()
        for engine in left:
            engine.begin_end()
        for engine in left:
            self._end(engine)
        wait(self._ending)
        self._threads.shutdown(cancel_futures=True)

    def _start(self, bases: tuple[str, ...]) -> EngineAddress:
        try:
            engine = self._begin(bases)
        except (InputError, OSError, SubprocessError) as error:
            # Whatever it was, it is no fault of a command line, and ends no class.
            raise EngineError(f"A throw-away engine did not start. {error}") from error
        with self._lock:
            if not self._closed:
                self._used[engine.address.name] = engine
                return engine.address
        engine.end()
        raise MachineError("No throw-away engine is started any more.")

    def _end(self, engine: Throwaway) -> None:
        try:
            engine.end()
        except (MachineError, OSError, SubprocessError) as error:
            self._say(str(error))


@contextmanager
def supplied(start: Start, say: Say, jobs: int) -> Iterator[Supply]:
    """Engines that `start` starts, for `jobs` gradings at a time; none is left when the block ends."""
    found = Supply(start, say, jobs)
    try:
        yield found
    finally:
        with suppress(KeyboardInterrupt):
            found.close()
