"""A submission -> its outcome: what the store knows of these very files, or else graded in another process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from grader import exercise as exercises
from grader import variants
from grader.batch.grading import tier_of
from grader.batch.store import Store, store, version_of
from grader.batch.values import HandIn, Outcome
from grader.batch.worker import look
from grader.classroom.course import ANSWER, Course
from grader.classroom.modes import give_back
from grader.engine.places import Places
from grader.exercise import exercises_folder

INTERRUPTED_SECONDS = 60.0


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


def outcome(course: Course, one: HandIn, grade: Callable[[], str], tier: str = "trusted") -> Outcome:
    """What became of `one`. `grade` is called where the store knows no verdict on it; it grades, and says what it said.

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
    known = _known(course, key)
    if known is not None and not known.fault and (tier == "trusted" or tier_of(known) in ("", tier)):
        return known
    said = grade()
    known = _known(course, key)
    return known or Outcome(fault=f"it was not graded: {said.strip()[-2000:] or 'the grader said nothing'}")


def _own_folder(course: Course, folder: Path, student: str) -> str:
    if course.key is None:
        return str(folder)
    code = variants.code_of(variants.read_key(course.key), student)
    return variants.own(exercises.load(folder), code, Places.from_environment(os.environ).variants).folder


def grade_elsewhere(course: Course, assignment: str, students: str, options: Sequence[str]) -> str:
    """Grade the submissions of an assignment in another process; what it said. `students` is a pattern of names."""
    words = ["classroom", "prefetch", course.root, assignment, "--students", students, *options]
    env = {**os.environ, "PYTHONPATH": str(exercises_folder().parent)}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "grader", *words],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="backslashreplace",
    ) as running:
        try:
            _, said = running.communicate()
        except KeyboardInterrupt:
            # It has been interrupted as well, and removes what it has made.
            end = time.monotonic() + INTERRUPTED_SECONDS
            while running.poll() is None and time.monotonic() < end:
                time.sleep(0.05)
            running.kill()
            raise
    return said


def _known(course: Course, key: tuple[str, str, str]) -> Outcome | None:
    with store(course.results) as kept:
        known: Store = kept
        return known.outcome(*key)
