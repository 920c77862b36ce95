"""A whole class on an executor: identical submissions once, faults again, and whatever dies, nothing is lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress

import msgspec

from grader.batch.store import Store
from grader.batch.values import HandIn, Outcome
from grader.batch.worker import grade, ignore_interruptions, look
from grader.engine.places import EngineAddress
from grader.model import Exercise

TRIES = 3
# What a grading may take beyond its build: every probe of an exercise, each within its run limit.
PROBES = 20
DIED = "the process that graded it died"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to grade: `path` is the first of those that handed in these very files."""

    exercise: Exercise
    version: str
    digest: str
    path: str

    @property
    def seconds(self) -> float:
        """How long it may take at the very most."""
        limits = self.exercise.limits
        return 2 * limits.build_seconds + PROBES * limits.run_seconds + 60


def local(jobs: int) -> ProcessPoolExecutor:
    """An executor of this machine: `jobs` processes, so that one that dies takes nothing else with it."""
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), ignore_interruptions)


def take_in(
    handed: Sequence[HandIn],
    exercises: Mapping[str, tuple[Exercise, str]],
    store: Store,
    executor: Executor,
    *,
    again: bool = False,
    whole: bool = True,
) -> list[Job]:
    """Look at each submission and note it; returns what is still to be graded, identical ones once.

    `exercises` has each exercise with its version by its name; with `again`, what has a verdict is graded anew.
    Where `handed` is not the `whole` class, those who are not in it stay as they are.
    """
    found: dict[tuple[str, str], Job] = {}
    futures = {
        one: executor.submit(look, exercises[one.exercise][0].folder, one.path) for one in handed if not one.refused
    }
    for one in handed:
        exercise, version = exercises[one.exercise]
        looked = Outcome(refused=one.refused) if one.refused else _result(futures[one])
        if isinstance(looked, Outcome):
            store.hand_in(one, "", looked.refused, fault=looked.fault)
            continue
        store.hand_in(one, looked, "")
        known = store.outcome(one.exercise, version, looked)
        if again or known is None or known.fault:
            job = Job(exercise=exercise, version=version, digest=looked, path=one.path)
            found.setdefault((one.exercise, looked), job)
    if whole:
        store.forget_others(((one.student, one.exercise) for one in handed), exercises)
    return list(found.values())


def run(
    jobs: Iterable[Job],
    address: Callable[[], EngineAddress],
    store: Store,
    *,
    workers: int,
    done: Callable[[Job, Outcome], None],
    make: Callable[[int], Executor] = local,
) -> None:
    """Grade every job, keep each outcome as it comes, and tell `done`.

    A fault of the machine is tried again, TRIES times in all; `address` finds the engine, started again where it died.
    When a worker process dies, those that ran then are graded one by one, so that only the one that kills it is left
    without a verdict. Interrupted, it waits until what runs has removed what it made.
    """
    waiting = list(jobs)
    for attempt in range(1, TRIES + 1):
        keep = _all_but_deaths if attempt == TRIES else _verdicts
        failed = _round(waiting, address(), store, workers, done, make, keep)
        for job in (job for job, outcome in failed if outcome.fault == DIED):
            _round([job], address(), store, 1, done, make, _all)
        waiting = [job for job, outcome in failed if outcome.fault != DIED]
        if not waiting:
            return


def _verdicts(outcome: Outcome) -> bool:
    return not outcome.fault


def _all_but_deaths(outcome: Outcome) -> bool:
    return outcome.fault != DIED


def _all(_: Outcome) -> bool:
    return True


def _round(
    jobs: Sequence[Job],
    address: EngineAddress,
    store: Store,
    workers: int,
    done: Callable[[Job, Outcome], None],
    make: Callable[[int], Executor],
    keep: Callable[[Outcome], bool],
) -> list[tuple[Job, Outcome]]:
    """Grade each once; returns those with a fault. An outcome is kept, and told to `done`, where `keep` says so."""
    failed = []
    executor = make(min(workers, max(1, len(jobs))))
    try:
        running = {_begin(executor, job, address): job for job in jobs}
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job, outcome = running.pop(future), _outcome(future)
                if outcome.fault:
                    failed.append((job, outcome))
                if keep(outcome):
                    store.keep(job.exercise.name, job.version, job.digest, outcome)
                    done(job, outcome)
    except BaseException:
        for child in multiprocessing.active_children():
            with suppress(ProcessLookupError):
                os.kill(child.pid or 0, signal.SIGINT)
        executor.shutdown(wait=True, cancel_futures=True)
        raise
    executor.shutdown()
    return failed


def _begin(executor: Executor, job: Job, address: EngineAddress) -> Future[Outcome]:
    try:
        return executor.submit(grade, job.exercise.folder, job.path, address, job.seconds)
    except BrokenProcessPool as broken:
        died: Future[Outcome] = Future()
        died.set_exception(broken)
        return died


def _outcome(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(fault=DIED)


def _result(future: Future[str | Outcome]) -> str | Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(fault=DIED)
