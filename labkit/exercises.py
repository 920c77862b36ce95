"""An exercise in the learner's folder: its files, its check, its hints, its solution."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

from grader import exercise as exercises
from grader.model import Exercise, Report
from labkit.places import my_work
from labkit.session import the_session


def find(name: str) -> Exercise:
    """The exercise: by its name or its number. Raises UsageError that names those there are."""
    return exercises.find(exercises.exercises_folder(), name)


def is_exercise(name: str) -> bool:
    """Whether `name` is the whole name of an exercise."""
    return name in exercises.names(exercises.exercises_folder())


def work_folder(exercise: Exercise) -> Path:
    """The learner's folder of the exercise, with the starter in it when it is new."""
    folder = my_work() / exercise.name
    if not folder.exists():
        _fill(exercise, folder)
    return folder


def reset(exercise: Exercise) -> Path:
    """Put the starter back; the Dockerfile that was there is kept as `Dockerfile.before`. The folder."""
    folder = work_folder(exercise)
    mine = folder / "Dockerfile"
    if mine.is_file():
        mine.replace(folder / "Dockerfile.before")
    _fill(exercise, folder)
    return folder


def fill_folder(folder: str, exercise: str) -> Path:
    """Put the program of `exercise`, without a Dockerfile, into `folder`, which is made when it is not there."""
    into = Path(folder)
    _fill(find(exercise), into)
    (into / "Dockerfile").unlink(missing_ok=True)
    return into


def grade(exercise: Exercise, cancel: threading.Event | None = None) -> Report:
    """Grade what lies in the learner's folder. Raises SubmissionError where there is nothing to build."""
    from grader.engine.bases.ensure import ensure
    from grader.engine.places import Places
    from grader.pipeline import Watcher, check

    session = the_session()
    places = Places.from_environment(os.environ)
    watcher = Watcher(
        cancel=cancel or threading.Event(),
        bases=lambda names: ensure(session.engine.address, places, names, lambda _: None),
    )
    report, _ = check(exercise, work_folder(exercise), lambda: session.engine, watcher)
    return report


def solution(exercise: Exercise) -> str:
    """The reference Dockerfile; empty where the course was shipped without it."""
    file = Path(exercise.folder, "solution", "Dockerfile")
    return file.read_text("utf-8") if file.is_file() else ""


def _fill(exercise: Exercise, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("files", "starter"):
        source = Path(exercise.folder, part)
        if source.is_dir():
            shutil.copytree(source, folder, dirs_exist_ok=True)
