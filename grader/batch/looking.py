"""The first look at a class's submissions, side by side; one that kills its process takes nobody else with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack

from grader.batch.look import looked
from grader.batch.values import DIED, HandIn, Looked, Outcome


def looked_at(
    folders: Mapping[HandIn, str], executor: Executor, make: Callable[[int], Executor]
) -> dict[HandIn, Looked]:
    """What `looked` gives of each submission for the exercise in its folder.

    What met a fault is looked at once more, one after another in what `make` gives for one: a process that dies then
    was killed by the one that it looked at.
    """
    futures = {one: _submitted(executor, folder, one.path) for one, folder in folders.items()}
    found = {one: _result(future) for one, future in futures.items()}
    with ExitStack() as opened:
        single: Executor | None = None
        for one in [one for one, seen in found.items() if _fault(seen)]:
            single = single or opened.enter_context(make(1))
            found[one] = seen = _result(_submitted(single, folders[one], one.path))
            if _fault(seen) == DIED:
                single = None
    return found


def _fault(seen: Looked) -> str:
    return seen.found.fault if isinstance(seen.found, Outcome) else ""


def _submitted(executor: Executor, folder: str, path: str) -> Future[Looked]:
    """The look at a submission; the executor may have been broken by another one meanwhile."""
    try:
        return executor.submit(looked, folder, path)
    except BrokenProcessPool as error:
        broken: Future[Looked] = Future()
        broken.set_exception(error)
        return broken


def _result(future: Future[Looked]) -> Looked:
    try:
        return future.result()
    except BrokenProcessPool:
        return Looked(found=Outcome(fault=DIED))
