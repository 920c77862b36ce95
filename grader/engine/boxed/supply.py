"""Engines in containers for gradings."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from grader.engine.boxed.bounds import bounds_for
from grader.engine.boxed.image import provide_image
from grader.engine.boxed.launch import Boxed, UnpreparedError, launch
from grader.engine.boxed.leftover import remove_leftovers
from grader.engine.boxed.possible import need_possible
from grader.engine.boxed.stock import names_of, stock
from grader.engine.client import Engine
from grader.engine.packages import Say
from grader.engine.places import Places
from grader.engine.sealed.bounds import Bounds
from grader.engine.sealed.template import Shared
from grader.engine.supply import Supply, supplied
from grader.errors import MachineError, UsageError


class _Launcher:
    """Starts engines as containers of the engine `outer`, and makes their image and their base images once."""

    def __init__(self, places: Places, outer: Engine, bounds: Bounds, shared: Shared, say: Say) -> None:
        self._places, self._outer, self._bounds, self._shared, self._say = places, outer, bounds, shared, say
        self._stocked: dict[tuple[str, tuple[str, ...]], str] = {}
        self._stocking = threading.Lock()

    def start(self, bases: tuple[str, ...]) -> Boxed:
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
    try:
        remove_leftovers(outer, places)
    except (MachineError, UsageError) as error:
        say(f"What earlier engines in containers have left was not removed: {error}")
    launcher = _Launcher(places, outer, bounds or bounds_for(jobs), shared, say)
    try:
        with supplied(launcher.start, say, jobs) as found:
            yield found
    finally:
        outer.close()
