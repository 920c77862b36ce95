"""`drydock classroom init`: source/, nbgrader's settings, and the learners; what is there already stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from grader import exercise as exercises
from grader import work
from grader.classroom import course as courses
from grader.classroom.course import ANSWER, FILE, Course
from grader.classroom.gradebook import add_learners, url_of
from grader.classroom.modes import programs
from grader.classroom.notebook import notebook
from grader.errors import UsageError
from grader.model import Exercise

CONFIG = "nbgrader_config.py"
_CONFIG = '''\
"""nbgrader's settings of this course. What you set below the line `settings` goes before Drydock's."""

import sys

sys.path.insert(0, {home!r})
from grader.classroom.plugged import settings  # noqa: E402

c = get_config()  # noqa: F821
settings(c, __file__, jobs=2)

c.CourseDirectory.course_id = {name!r}
'''


def opened(root: Path) -> Course:
    """The course in `root`, a new one where the folder is not there yet or empty.

    Raises UsageError where it holds something else.
    """
    if (root / FILE).is_file():
        return courses.read(root)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError(
            f"{root} is not empty, and no course of Drydock: it has no {FILE}.", "Name a new folder, or an empty one."
        )
    return Course(root=str(root.resolve()), assignments={})


def add(
    course: Course,
    wanted: Sequence[Exercise],
    learners: Mapping[str, Mapping[str, str]],
    say: Callable[[str], None],
    *,
    name: str = "",
    exchange: Path | None = None,
) -> Course:
    """Add an assignment for each exercise, and the learners to the gradebook; returns the course as it then is.

    `name` is the course's in nbgrader, `exchange` the folder through which files pass; both count for a new course.
    """
    root = Path(course.root)
    root.mkdir(parents=True, exist_ok=True)
    assignments = dict(course.assignments)
    known = {exercise: assignment for assignment, exercise in assignments.items()}
    for exercise in wanted:
        folder = root / "source" / known.get(exercise.name, exercise.name)
        if exercise.name in known and folder.is_dir():
            say(f"{exercise.name}: is in this course already, and stays as it is")
            continue
        _assignment(folder, exercise)
        assignments[folder.name] = exercise.name
        say(f"{exercise.name}: {exercise.max_score:g} points in {len(exercise.checks)} cells")
    made = Course(root=course.root, assignments=assignments)
    courses.write(made)
    if not (root / CONFIG).exists():
        home = exercises.exercises_folder().parent
        text = _CONFIG.format(home=str(home), name=name or _plain(root.resolve().name))
        text += f"c.Exchange.root = {str(exchange.resolve())!r}\n" if exchange else ""
        (root / CONFIG).write_text(text, "utf-8")
    if learners:
        add_learners(url_of(root.resolve()), learners)
        say(f"{len(learners)} learners are in the gradebook")
    return made


def _assignment(folder: Path, exercise: Exercise) -> None:
    work.begin(exercise, folder / ANSWER)
    file = folder / f"{exercise.name}.ipynb"
    if not file.exists():
        file.write_bytes(notebook(exercise, programs(exercise)))


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "drydock"
