"""Sealed engines for gradings: one for each, the next one started while the last one ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.engine.packages import Say
from grader.engine.places import EngineAddress, Places, PrivateSpec
from grader.engine.provision import provide
from grader.engine.sealed.bounds import Bounds, bounds_for
from grader.engine.sealed.gvisor import provide_runsc
from grader.engine.sealed.launch import Sealed, up
from grader.engine.sealed.leftover import remove_leftovers
from grader.engine.sealed.possible import need_possible
from grader.engine.sealed.template import Shared, template
from grader.errors import MachineError


class Supply:
    """Gives engines out and takes them back; each is used once. Threads start and end them."""

    ahead, tries, alone = 1, 2, True

    def __init__(
        self,
        places: Places,
        prefix: Path,
        bounds: Bounds,
        shared: Shared,
        say: Say,
        jobs: int,
        runsc: Path | None = None,
    ) -> None:
        self._places, self._prefix, self._bounds, self._shared, self._say = places, prefix, bounds, shared, say
        self._runsc = runsc
        self._threads = ThreadPoolExecutor(2 * jobs + 2, thread_name_prefix="sealed")
        self._used: dict[str, Sealed] = {}
        self._ending: list[Future[None]] = []
        self._lock = threading.Lock()
        self._closed = False

    def prepare(self, bases: tuple[str, ...]) -> Future[EngineAddress]:
        """A new engine with these base images, started in the background; its MachineError when it does not start."""
        return self._threads.submit(self._start, bases)

    def give_back(self, address: EngineAddress) -> None:
        """End an engine, in the background; what cannot be removed is said."""
        with self._lock:
            sealed = self._used.pop(address.name, None)
        if sealed is not None:
            self._ending = [one for one in self._ending if not one.done()]
            self._ending.append(self._threads.submit(self._end, sealed))

    def close(self) -> None:
        """End all engines, and wait until nothing is left of them."""
        with self._lock:
            self._closed = True
            left = list(self._used.values())
            self._used.clear()
        for sealed in left:
            sealed.begin_end()
        for sealed in left:
            self._end(sealed)
        wait(self._ending)
        self._threads.shutdown(cancel_futures=True)

    def _start(self, bases: tuple[str, ...]) -> EngineAddress:
        disk, size = template(self._places, self._prefix, bases, self._bounds, self._shared, self._say)
        sealed = up(self._places, disk, size, self._prefix, self._bounds, self._runsc)
        with self._lock:
            if not self._closed:
                self._used[sealed.address.name] = sealed
                return sealed.address
        sealed.end()
        raise MachineError("No sealed engine is started any more.")

    def _end(self, sealed: Sealed) -> None:
        try:
            sealed.end()
        except MachineError as error:
            self._say(str(error))


@contextmanager
def supply(places: Places, shared: Shared, say: Say, *, jobs: int = 1, gvisor: bool = False) -> Iterator[Supply]:
    """Sealed engines for `jobs` gradings at a time; none is left when the block ends.

    With `gvisor` what runs in them sees that kernel, and not this machine's. `shared` gives an ordinary engine that
    holds base images, and is asked for when a disk has to be made. What a killed Drydock left is removed first. Raises
    NoEngineError with all reasons where there can be none here.
    """
    need_possible()
    prefix = provide(places, PrivateSpec(), say)
    runsc = provide_runsc(places, say) if gvisor else None
    for one in remove_leftovers(places):
        say(f"Removed what was left of a sealed engine ({one.name}).")
    found = Supply(places, prefix, bounds_for(jobs, gvisor=gvisor), shared, say, jobs, runsc)
    try:
        yield found
    finally:
        with suppress(KeyboardInterrupt):
            found.close()
