"""One submission -> its outcome, as a task that any executor can run: what goes in and out are plain values."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from grader import exercise as exercises
from grader.batch.look import alone, broken, unusable
from grader.batch.values import Outcome
from grader.engine.client import Engine
from grader.engine.places import EngineAddress
from grader.errors import InputError, MachineError
from grader.interruption import interrupted_once
from grader.model import Exercise
from grader.pipeline import Watcher, check


class TooLongError(MachineError):
    """A grading has taken longer than all its limits together."""


def grade(folder: str, path: str, address: EngineAddress, seconds: float) -> Outcome:
    """Grade `path` for the exercise in `folder` with the engine at `address`, in at most `seconds`.

    An error in the grader itself is an outcome too: nobody's zero, and the class goes on. Where this is the main thread
    of a worker process, an interruption ends the build and removes what it made.
    """
    began = time.monotonic()
    try:
        with _interruptible(seconds):
            outcome = _graded(exercises.load(Path(folder)), Path(path), address)
    except InputError as error:
        outcome = unusable(error)
    except MachineError as error:
        outcome = Outcome(fault=str(error))
    except Exception as error:  # noqa: BLE001 - whatever a submission breaks, the next one is graded
        outcome = Outcome(fault=broken(error))
    return msgspec.structs.replace(outcome, seconds=round(time.monotonic() - began, 3))


def _graded(exercise: Exercise, path: Path, address: EngineAddress) -> Outcome:
    engine = Engine(address=address)
    try:
        with alone(path) as own:
            report, seen = check(exercise, own, lambda: engine, Watcher(), tier=address.tier)
    finally:
        engine.close()
    report = msgspec.structs.replace(report, submission=str(path))
    fault = seen.fault if report.status == "not_judged" else ""
    if report.status == "not_judged" and not fault:
        fault = "; ".join(f"{one.name}: {one.seen}" for one in report.checks if one.machine) or "not judged"
    return Outcome(report=msgspec.json.encode(report), observation=msgspec.json.encode(seen), fault=fault)


@contextmanager
def _interruptible(seconds: float) -> Iterator[None]:
    """Let one interruption in; raise TooLongError after `seconds`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def too_long(*_: object) -> None:
        raise TooLongError(f"grading took more than {seconds:.0f} s, longer than all its limits together")

    before = signal.signal(signal.SIGALRM, too_long)
    with interrupted_once():
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
