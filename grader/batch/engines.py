"""The engines that a class is graded with: one for everybody, or one for each submission."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from grader.engine.places import EngineAddress


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
    """One engine for everybody."""

    ahead, tries, alone = 0, 3, False

    def __init__(self, address: EngineAddress) -> None:
        self._address = address

    def prepare(self, _: tuple[str, ...]) -> Future[EngineAddress]:
        """The engine, now."""
        now: Future[EngineAddress] = Future()
        now.set_result(self._address)
        return now

    def give_back(self, address: EngineAddress) -> None:
        """It goes on."""
