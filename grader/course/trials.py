"""The builds that an exercise is tried with, and running them, two at a time."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Literal

import msgspec

from grader.answers import Answer, lay_out
from grader.course.alter import ANSWERS, COMMANDS, answer_mutants, command_mutants
from grader.course.mutate import DOCKERFILE, IGNORE, Mutant, ignore_mutants, mutants
from grader.errors import DockerfileError, MachineError, SubmissionError
from grader.model import Exercise, Report

Grade = Callable[[Exercise, Path], Report]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One grading: an answer, a second time where `again`; or, with a `mutant`, the solution changed in one place."""

    exercise: Exercise
    answer: Answer
    mutant: Mutant | None = None
    again: bool = False


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A trial's report, or why there is none: `refused` the submission, the `machine` at fault, no time left."""

    trial: Trial
    report: Report | None = None
    why: Literal["", "refused", "machine", "time"] = ""
    said: str = ""
    seconds: float = 0.0


def trials(exercise: Exercise, answers: Sequence[Answer], *, twice: bool, mutated: bool) -> list[Trial]:
    """What there is to grade for an exercise, its answers first. The solution is mutated only where it parses."""
    found = [Trial(exercise=exercise, answer=answer) for answer in answers]
    if twice:
        found += [Trial(exercise=exercise, answer=answer, again=True) for answer in answers]
    if mutated:
        solution = next(answer for answer in answers if answer.kind == "solution")
        made = _mutants(exercise, Path(solution.folder))
        found += [Trial(exercise=exercise, answer=solution, mutant=mutant) for mutant in made]
    return found


def run(
    wanted: Sequence[Trial],
    grade: Grade,
    *,
    jobs: int = 2,
    seconds: float = 3600.0,
    cancel: threading.Event,
    done: Callable[[Outcome], None] = lambda _: None,
) -> tuple[Outcome, ...]:
    """Grade them all, `jobs` at a time; the outcomes are in the order of `wanted`.

    After `seconds` no more mutants are begun. `done` is called on this thread as each is over. When this thread is
    interrupted, `cancel` is set, and the interruption goes on once the running ones have removed what they made.
    """
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(jobs, thread_name_prefix="trial") as pool:
        futures = [pool.submit(_outcome, trial, grade, end, cancel) for trial in wanted]
        try:
            open_ones: set[Future[Outcome]] = set(futures)
            while open_ones:
                over, open_ones = wait(open_ones, timeout=1, return_when=FIRST_COMPLETED)
                for future in over:
                    done(future.result())
        except BaseException:
            cancel.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return tuple(future.result() for future in futures)


def _outcome(trial: Trial, grade: Grade, end: float, cancel: threading.Event) -> Outcome:
    began = time.monotonic()
    if cancel.is_set() or (trial.mutant and began > end):
        return Outcome(trial=trial, why="time")
    with tempfile.TemporaryDirectory(prefix="drydock-course-") as above:
        context = Path(above, "context")
        lay_out(trial.exercise, Path(trial.answer.folder), context)
        if trial.mutant:
            (context / trial.mutant.file).write_bytes(trial.mutant.data)
        try:
            report = grade(trial.exercise, context)
        except SubmissionError as error:
            return Outcome(trial=trial, why="refused", said=str(error), seconds=time.monotonic() - began)
        except MachineError as error:
            return Outcome(trial=trial, why="machine", said=str(error), seconds=time.monotonic() - began)
    return Outcome(trial=trial, report=report, seconds=time.monotonic() - began)


def _mutants(exercise: Exercise, solution: Path) -> list[Mutant]:
    if exercise.submission == "image":
        return list(command_mutants((solution / COMMANDS).read_text("utf-8")))
    if exercise.submission == "answers":
        return list(answer_mutants((solution / ANSWERS).read_text("utf-8")))
    try:
        found = list(mutants((solution / DOCKERFILE).read_bytes()))
    except DockerfileError:
        return []
    ignore = solution / IGNORE
    return found + list(ignore_mutants(ignore.read_bytes()) if ignore.is_file() else ())
