"""Engines in containers for gradings: one for each, the next one started while the last one ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress

from grader.engine.boxed.bounds import bounds_for
from grader.engine.boxed.image import provide_image
from grader.engine.boxed.launch import Boxed, UnpreparedError, launch
from grader.engine.boxed.leftover import remove_leftovers
from grader.engine.boxed.possible import need_possible
from grader.engine.boxed.stock import names_of, stock
from grader.engine.client import Engine
from grader.engine.packages import Say
from grader.engine.places import EngineAddress, Places
from grader.engine.sealed.bounds import Bounds
from grader.engine.sealed.template import Shared
from grader.errors import MachineError, UsageError


class Supply:
    """Gives engines out and takes them back; each is used once. Threads start and end them."""

    ahead, tries, alone = 1, 2, True

    def __init__(self, places: Places, outer: Engine, bounds: Bounds, shared: Shared, say: Say, jobs: int) -> None:
        self._places, self._outer, self._bounds, self._shared, self._say = places, outer, bounds, shared, say
        self._threads = ThreadPoolExecutor(2 * jobs + 2, thread_name_prefix="boxed")
        self._stocked: dict[tuple[str, tuple[str, ...]], str] = {}
        self._stocking = threading.Lock()
        self._used: dict[str, Boxed] = {}
        self._ending: list[Future[None]] = []
        self._lock = threading.Lock()
        self._closed = False

    def prepare(self, bases: tuple[str, ...]) -> Future[EngineAddress]:
        """A new engine with these base images, started in the background; its MachineError when it does not start."""
        return self._threads.submit(self._start, bases)

    def give_back(self, address: EngineAddress) -> None:
        """End an engine, in the background; what cannot be removed is said."""
        with self._lock:
            boxed = self._used.pop(address.name, None)
        if boxed is not None:
            self._ending = [one for one in self._ending if not one.done()]
            self._ending.append(self._threads.submit(self._end, boxed))

    def close(self) -> None:
        """End all engines, and wait until nothing is left of them."""
        with self._lock:
            self._closed = True
            left = list(self._used.values())
            self._used.clear()
        for boxed in left:
            boxed.begin_end()
        for boxed in left:
            self._end(boxed)
        wait(self._ending)
        self._threads.shutdown(cancel_futures=True)

    def _start(self, bases: tuple[str, ...]) -> EngineAddress:
        boxed = self._launched(bases)
        with self._lock:
            if not self._closed:
                self._used[boxed.address.name] = boxed
                return boxed.address
        boxed.end()
        raise MachineError("No engine is started any more.")

    def _launched(self, bases: tuple[str, ...]) -> Boxed:
        """One that runs. Somebody may prune the outer engine at any time: then all is made anew, once."""
        try:
            image, volume = self._made(bases, anew=False)
            return launch(self._places, self._outer.address, image, volume, self._bounds)
        except (UnpreparedError, UsageError):
            pass
        except MachineError as error:
            if "No such image" not in str(error):
                raise
        image, volume = self._made(bases, anew=True)
        return launch(self._places, self._outer.address, image, volume, self._bounds)

    def _made(self, bases: tuple[str, ...], *, anew: bool) -> tuple[str, str]:
        with self._stocking:
            image = provide_image(self._outer, self._places, self._fill, self._say)
            key = (image, names_of(bases))
            if anew or key not in self._stocked:
                self._stocked[key] = stock(self._outer, self._places, image, bases, self._bounds, self._fill, self._say)
            return image, self._stocked[key]

    def _fill(self, bases: tuple[str, ...]) -> None:
        self._shared(bases)

    def _end(self, boxed: Boxed) -> None:
        try:
            boxed.end()
        except MachineError as error:
            self._say(str(error))


@contextmanager
def supply(
    places: Places, shared: Shared, say: Say, *, jobs: int = 1, bounds: Bounds | None = None
) -> Iterator[Supply]:
    """Engines in containers for `jobs` gradings at a time, within `bounds`; none is left when the block ends.

    `shared` gives the engine whose containers they are, with base images. What a killed Drydock left is removed first.
    Raises NoEngineError with all reasons where there can be none.
    """
    outer = Engine(shared(()))
    need_possible(outer)
    remove_leftovers(outer, places)
    found = Supply(places, outer, bounds or bounds_for(jobs), shared, say, jobs)
    try:
        yield found
    finally:
        with suppress(KeyboardInterrupt):
            found.close()
        outer.close()
