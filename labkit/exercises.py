"""An exercise in the learner's folder: its files, its check, its solution."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from grader import exercise as exercises
from grader import variants, work
from grader.answers import SOURCE
from grader.engine.places import Places
from grader.model import Exercise, Report
from labkit.places import my_work
from labkit.session import the_session


def find(name: str) -> Exercise:
    """The exercise, with the learner's own values: by its name or its number.

    Raises UsageError that names those there are.
    """
    return variants.mine(_as_it_stands(name), my_work(), os.environ)


def is_exercise(name: str) -> bool:
    """Whether `name` is the whole name of an exercise."""
    return name in exercises.names(exercises.exercises_folder())


def folder_of(exercise: Exercise) -> Path:
    """The learner's folder of the exercise; what the course gives is put there where it is missing."""
    folder = work.folder_of(my_work(), exercise)
    work.begin(exercise, folder)
    return folder


def reset(exercise: Exercise) -> tuple[str, ...]:
    """Put the starter back; the names under which the learner's own files are kept beside it."""
    return tuple(work.reset(exercise, folder_of(exercise)).values())


def is_changed(name: str) -> bool:
    """Whether the learner's Dockerfile of the exercise is another than the starter."""
    exercise = find(name)
    file, starter = folder_of(exercise) / "Dockerfile", Path(exercise.folder, "starter", "Dockerfile")
    return file.is_file() and not (starter.is_file() and file.read_bytes() == starter.read_bytes())


def bring_in_line(own: Exercise, folder: Path) -> tuple[str, ...]:
    """Give the files in `folder` that are still as everybody has them the learner's values; the paths of those."""
    return work.replace(_as_it_stands(own.name), own, folder)


def keep_aside(file: Path) -> None:
    """Keep what the file holds beside it, as `NAME.before-1`, `-2` …; none of those is overwritten."""
    file.replace(work.aside_of(file))


def fill_folder(folder: str, exercise: str) -> Path:
    """Put the program of `exercise`, without a Dockerfile, into `folder`, which is made when it is not there."""
    into = Path(folder)
    had = (into / "Dockerfile").exists()
    work.begin(_as_it_stands(exercise), into)
    if not had:
        (into / "Dockerfile").unlink(missing_ok=True)
    return into


def grade(exercise: Exercise, cancel: threading.Event | None = None, path: Path | None = None) -> Report:
    """Grade what lies in the learner's folder, or at `path`. Raises SubmissionError where there is nothing to build."""
    from grader.engine.bases.ensure import ensure
    from grader.pipeline import Watcher, check

    session = the_session()
    places = Places.from_environment(os.environ)
    watcher = Watcher(
        cancel=cancel or threading.Event(),
        bases=lambda names: ensure(session.engine.address, places, names, lambda _: None),
        threads=3,
    )
    report, _ = check(exercise, path or folder_of(exercise), session.answering, watcher)
    return report


def solution(exercise: Exercise) -> str:
    """The reference answer: a Dockerfile, commands or answers; empty where the course was shipped without it."""
    return work.solution(exercise).get(SOURCE[exercise.submission], "")


def _as_it_stands(name: str) -> Exercise:
    return exercises.find(exercises.exercises_folder(), name)
