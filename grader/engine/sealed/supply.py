"""Sealed engines for gradings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from grader.engine.packages import Say
from grader.engine.places import Places, PrivateSpec
from grader.engine.provision import provide
from grader.engine.sealed.bounds import bounds_for
from grader.engine.sealed.gvisor import provide_runsc
from grader.engine.sealed.launch import Sealed, up
from grader.engine.sealed.leftover import remove_leftovers
from grader.engine.sealed.possible import need_possible
from grader.engine.sealed.template import Shared, template
from grader.engine.supply import Supply, supplied


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
    bounds = bounds_for(jobs, gvisor=gvisor)
    for one in remove_leftovers(places):
        say(f"Removed what was left of a sealed engine ({one.name}).")

    def start(bases: tuple[str, ...]) -> Sealed:
        disk, size = template(places, prefix, bases, bounds, shared, say)
        return up(places, disk, size, prefix, bounds, runsc)

    with supplied(start, say, jobs) as found:
        yield found
