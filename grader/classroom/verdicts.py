"""A submission -> its outcome: what the store knows of these very files, or comes to know from another process."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from grader import exercise as exercises
from grader import variants
from grader.batch.look import look
from grader.batch.store import Store, store, version_of
from grader.batch.values import HandIn, Outcome
from grader.classroom.course import ANSWER, Course
from grader.classroom.modes import give_back
from grader.exercise import exercises_folder

INTERRUPTED_SECONDS = 60.0
POLL_SECONDS = 0.05


def handed_in(course: Course, assignment: str, submitted: Sequence[Path]) -> list[HandIn]:
    """What learners have handed in for `assignment`: `submitted` has each one's folder, STUDENT/ASSIGNMENT."""
    exercise = course.exercise(assignment)
    found = []
    for folder in submitted:
        answer = folder / ANSWER
        if answer.is_dir() and not answer.is_symlink():
            give_back(exercise, answer)
            found.append(HandIn(student=folder.parent.name, exercise=exercise.name, path=str(answer)))
        else:
            there = ", ".join(sorted(path.name for path in folder.iterdir())[:10]) or "nothing"
            reason = f"there is no folder '{ANSWER}' beside the notebook; what was handed in is: {there}"
            found.append(HandIn(student=folder.parent.name, exercise=exercise.name, refused=reason))
    return found


def outcome(course: Course, one: HandIn, grading: Callable[[], Grading], tier: str = "trusted") -> Outcome:
    """What became of `one`, waited for where the store knows no verdict on it: `grading` then says who finds it.

    A verdict that was found with less isolation than `tier` does not count.
    A fault that came up during this call stays one: the submission has not been judged.
    """
    if one.refused:
        return Outcome(refused=one.refused)
    folder = exercises_folder() / one.exercise
    digest = look(_own_folder(course, folder, one.student), one.path)
    if isinstance(digest, Outcome):
        return digest
    key = (one.exercise, version_of(folder), digest)
    with store(course.results) as kept:
        known = _verdict(kept, key, tier)
        if known is None:
            running = grading()
            with running.interrupted_with_us():
                while not running.ended and _verdict(kept, key, tier) is None:
                    time.sleep(POLL_SECONDS)
            known = _verdict(kept, key, tier) or _fault(kept, key)
    return known or Outcome(fault=f"it was not graded: {running.said() or 'the grader said nothing'}")


def _own_folder(course: Course, folder: Path, student: str) -> str:
    if course.key is None:
        return str(folder)
    return variants.of_student(exercises.load(folder), variants.read_key(course.key), student, os.environ).folder


class Grading:
    """Submissions of an assignment that are graded in another process; each verdict is in the store as it comes.

    `students` is a pattern of names. The process is waited for when this one ends.
    """

    def __init__(self, course: Course, assignment: str, students: str, options: Sequence[str]) -> None:
        words = ["classroom", "prefetch", course.root, assignment, "--students", students, *options]
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - it is read as long as this is there
        self._running = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader", *words],
            env={**os.environ, "PYTHONPATH": str(exercises_folder().parent)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
        )
        atexit.register(self._running.wait)

    @property
    def ended(self) -> bool:
        """Whether no more verdicts will come."""
        return self._running.poll() is not None

    def said(self) -> str:
        """The end of what the grader said."""
        self._said.seek(0)
        return self._said.read().decode("utf-8", "backslashreplace").strip()[-2000:]

    @contextmanager
    def interrupted_with_us(self) -> Iterator[None]:
        """Ctrl-C meanwhile has interrupted it as well: it has time to remove what it has made."""
        try:
            yield
        except KeyboardInterrupt:
            with suppress(subprocess.TimeoutExpired):
                self._running.wait(INTERRUPTED_SECONDS)
            self._running.kill()
            raise


def _verdict(kept: Store, key: tuple[str, str, str], tier: str) -> Outcome | None:
    known = kept.outcome(*key)
    good = known is not None and not known.fault and (tier == "trusted" or known.tier in ("", tier))
    return known if good else None


def _fault(kept: Store, key: tuple[str, str, str]) -> Outcome | None:
    known = kept.outcome(*key)
    return known if known is not None and known.fault else None
