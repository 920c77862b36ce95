"""A whole class on an executor: identical submissions once, faults again, and whatever dies, nothing is lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any

import msgspec

from grader.batch.engines import Engines
from grader.batch.looking import looked_at
from grader.batch.processes import local
from grader.batch.store import Store
from grader.batch.values import DIED, HandIn, Looked, Outcome
from grader.batch.worker import grade
from grader.engine.places import EngineAddress
from grader.errors import MachineError
from grader.model import Exercise
from grader.model.tier import Tier

# What a grading may take beyond its build: every probe of an exercise, each within its run limit.
PROBES = 20


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to grade, in an isolation: `path` is the first of those that handed in these very files."""

    exercise: Exercise
    version: str
    digest: str
    path: str
    tier: Tier = "trusted"

    @property
    def seconds(self) -> float:
        """How long it may take at the very most."""
        limits = self.exercise.limits
        return 2 * limits.build_seconds + PROBES * limits.run_seconds + 60


def take_in(
    handed: Sequence[HandIn],
    exercises: Mapping[str, tuple[Exercise, str]],
    store: Store,
    executor: Executor,
    *,
    again: bool = False,
    whole: bool = True,
    tier: Tier = "trusted",
    own: Callable[[Exercise, str], Exercise] = lambda exercise, _: exercise,
    make: Callable[[int], Executor] = local,
) -> list[Job]:
    """Look at each submission, and note it and its marks; returns what is still to be graded, identical ones once.

    `exercises` has each exercise with its version by its name; with `again`, what has a verdict is graded anew, and so
    is always what was graded in another tier than `tier`.
    Where `handed` is not the `whole` class, those who are not in it stay as they are. `own` is asked for the exercise
    as a learner has it, where it gives each other values. What met a fault is looked at once more, one by one in
    what `make` gives, so that only the one that kills a process is not judged.
    """
    found: dict[tuple[str, str], Job] = {}
    folders = {
        one: own(exercises[one.exercise][0], one.student).folder for one in handed if not (one.refused or one.fault)
    }
    known_marks = {name: set(store.marks(name)) for name in exercises}
    found_at_a_look = looked_at(folders, executor, make)
    for one in handed:
        exercise, version = exercises[one.exercise]
        looked = found_at_a_look.get(one) or Looked(found=Outcome(refused=one.refused, fault=one.fault))
        digest = looked.found
        if isinstance(digest, Outcome):
            store.hand_in(one, "", digest.refused, fault=digest.fault)
            continue
        store.hand_in(one, digest, "")
        if digest not in known_marks[one.exercise]:
            known_marks[one.exercise].add(digest)
            store.mark(one.exercise, digest, looked.marks, looked.texts)
        known = store.outcome(one.exercise, version, digest)
        if again or known is None or known.fault or known.tier not in ("", tier):
            job = Job(exercise=own(exercise, one.student), version=version, digest=digest, path=one.path, tier=tier)
            found.setdefault((one.exercise, digest), job)
    if whole:
        store.forget_others(((one.student, one.exercise) for one in handed), exercises)
    return list(found.values())


def run(
    jobs: Iterable[Job],
    engines: Callable[[], Engines],
    store: Store,
    *,
    workers: int,
    done: Callable[[Job, Outcome], None],
    make: Callable[[int], Executor] = local,
) -> None:
    """Grade every job, keep each outcome as it comes, and tell `done`.

    A fault of the machine is tried again, as often as `engines` say; they are asked for anew each time, as an engine
    may have died. When a worker process dies, those that ran then are graded one by one, so that only the one that
    kills it is left without a verdict; a fault that one of them meets is tried again as well. Interrupted, it waits
    until what runs has removed what it made.
    """
    waiting = list(jobs)
    attempt = 0
    while waiting:
        attempt += 1
        try:
            source = engines()
        except MachineError as error:
            if attempt == 1:
                raise
            _give_up(waiting, str(error), store, done)
            return
        many = 1 if source.alone and attempt > 1 else workers
        last = attempt >= source.tries
        failed = _Round(source, store, many, done, make, _all_but_deaths if last else _verdicts).grade(waiting)
        waiting = [job for job, outcome in failed if outcome.fault != DIED]
        for job in (job for job, outcome in failed if outcome.fault == DIED):
            alone = _Round(source, store, 1, done, make, _all if last else _verdicts_and_deaths).grade([job])
            waiting += [job for job, outcome in alone if outcome.fault != DIED]
        if last:
            return


def _give_up(jobs: Iterable[Job], why: str, store: Store, done: Callable[[Job, Outcome], None]) -> None:
    """Leave them as not judged: there is no engine any more."""
    for job in jobs:
        outcome = Outcome(fault=why)
        _keep(store, job, outcome)
        done(job, outcome)


def _keep(store: Store, job: Job, outcome: Outcome) -> None:
    """Keep it. A verdict that was found with less isolation than was asked for does not stand in for a fault."""
    known = store.outcome(job.exercise.name, job.version, job.digest)
    less = known is not None and job.tier != "trusted" and known.tier not in ("", job.tier)
    store.keep(job.exercise.name, job.version, job.digest, outcome, replace=less)


def _verdicts(outcome: Outcome) -> bool:
    return not outcome.fault


def _all_but_deaths(outcome: Outcome) -> bool:
    return outcome.fault != DIED


def _verdicts_and_deaths(outcome: Outcome) -> bool:
    return not outcome.fault or outcome.fault == DIED


def _all(_: Outcome) -> bool:
    return True


class _Round:
    """Every job graded once. An outcome is kept, and told to `done`, where `keep` says so."""

    def __init__(
        self,
        engines: Engines,
        store: Store,
        workers: int,
        done: Callable[[Job, Outcome], None],
        make: Callable[[int], Executor],
        keep: Callable[[Outcome], bool],
    ) -> None:
        self._engines, self._store, self._workers, self._done = engines, store, workers, done
        self._make, self._keep = make, keep
        self._ready: deque[tuple[Job, Future[EngineAddress]]] = deque()
        self._running: dict[Future[Outcome], tuple[Job, EngineAddress]] = {}
        self._failed: list[tuple[Job, Outcome]] = []

    def grade(self, jobs: Sequence[Job]) -> list[tuple[Job, Outcome]]:
        """Grade these; returns those with a fault."""
        waiting = deque(jobs)
        executor = self._make(min(self._workers, max(1, len(jobs))))
        try:
            while waiting or self._ready or self._running:
                while waiting and len(self._ready) + len(self._running) < self._workers + self._engines.ahead:
                    job = waiting.popleft()
                    self._ready.append((job, self._engines.prepare(job.exercise.bases)))
                while self._ready and len(self._running) < self._workers and self._ready[0][1].done():
                    executor = self._begin(executor, *self._ready.popleft())
                awaited: list[Future[Any]] = list(self._running)
                if self._ready and len(self._running) < self._workers:
                    awaited.append(self._ready[0][1])
                come = wait(awaited, return_when=FIRST_COMPLETED).done
                for future in [one for one in self._running if one in come]:
                    job, address = self._running.pop(future)
                    self._engines.give_back(address)
                    self._take(job, _outcome(future))
        except BaseException:
            for child in multiprocessing.active_children():
                with suppress(ProcessLookupError):
                    os.kill(child.pid or 0, signal.SIGINT)
            executor.shutdown(wait=True, cancel_futures=True)
            raise
        executor.shutdown()
        return self._failed

    def _begin(self, executor: Executor, job: Job, engine: Future[EngineAddress]) -> Executor:
        """Start it, in a new executor where the last one has broken; the executor."""
        try:
            address = engine.result()
        except MachineError as error:
            self._take(job, Outcome(fault=str(error)))
            return executor
        longest = 2 * job.seconds if address.tier == "hardened-gvisor" else job.seconds
        words = (job.exercise.folder, job.path, address, longest)
        try:
            future = executor.submit(grade, *words)
        except BrokenProcessPool:
            executor = self._make(self._workers)
            future = executor.submit(grade, *words)
        self._running[future] = (job, address)
        return executor

    def _take(self, job: Job, outcome: Outcome) -> None:
        if outcome.fault:
            self._failed.append((job, outcome))
        if self._keep(outcome):
            _keep(self._store, job, outcome)
            self._done(job, outcome)


def _outcome(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(fault=DIED)
