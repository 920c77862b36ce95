"""The engines that a class is graded with: one for everybody, or one for each submission."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Protocol

from grader.engine.places import EngineAddress, Places
from grader.model.tier import Tier


class Engines(Protocol):
    """Where gradings get their engines from.

    `ahead` is how many more are prepared than are in use; `tries` how often a fault of the machine is met with another
    try, the first counted; with `alone` the later tries run one at a time.
    """

    ahead: int
    tries: int
    alone: bool

    def prepare(self, bases: tuple[str, ...]) -> Future[EngineAddress]:
        """An engine with these base images, some time from now; its MachineError when there is none."""

    def give_back(self, address: EngineAddress) -> None:
        """A grading is done with it."""


class Shared:
    """One engine for everybody: what met a fault of the machine has it for itself when it is tried again."""

    ahead, tries, alone = 0, 3, True

    def __init__(self, address: EngineAddress) -> None:
        self._address = address

    def prepare(self, _: tuple[str, ...]) -> Future[EngineAddress]:
        """The engine, now."""
        now: Future[EngineAddress] = Future()
        now.set_result(self._address)
        return now

    def give_back(self, address: EngineAddress) -> None:
        """It goes on."""


@contextmanager
def throwaway(
    tier: Tier,
    places: Places,
    shared: Callable[[tuple[str, ...]], EngineAddress],
    say: Callable[[str], None],
    *,
    jobs: int = 1,
) -> Iterator[Engines]:
    """The engines of every tier but `trusted`, for `jobs` gradings at a time; none is left when the block ends.

    `shared` gives an ordinary engine with the base images that it is asked for. Raises NoEngineError where this machine
    cannot give that isolation: it is never lowered.
    """
    if tier == "default":
        from grader.engine.boxed import supply as boxed

        with boxed.supply(places, shared, say, jobs=jobs) as found:
            yield found
        return
    from grader.engine.sealed import supply as sealed

    with sealed.supply(places, shared, say, jobs=jobs, gvisor=tier == "hardened-gvisor") as found:
        yield found
