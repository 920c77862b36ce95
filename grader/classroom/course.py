"""The folder of a course: drydock.toml says which assignment is which exercise."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from grader import exercise as exercises
from grader.errors import InputError, UsageError
from grader.model import Exercise
from grader.report.withheld import called

FILE = "drydock.toml"
SCHEMA = "drydock.classroom/1"
ANSWER = "answer"
"""The folder beside the notebook in which a learner works: what an exercise calls "this folder"."""
KEY = "variants.key"
"""The course's key, in the course's folder."""
RESULTS = "results"
"""Where the grader keeps what it found, in the course's folder."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_HEAD = """\
# A course of Drydock for nbgrader. `drydock classroom init` adds to it.
schema = "{schema}"

# Each assignment of source/, and the exercise that it is.
[assignments]
"""


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A course in the folder `root`: `assignments` has the exercise of each assignment."""

    root: str
    assignments: Mapping[str, str]

    @property
    def key(self) -> Path | None:
        """The file of the course's key, where each learner has values of their own."""
        file = Path(self.root) / KEY
        return file if file.is_file() else None

    @property
    def results(self) -> Path:
        """Where the grader keeps what it found."""
        return Path(self.root) / RESULTS

    def exercise(self, assignment: str) -> Exercise:
        """The exercise of an assignment. Raises UsageError where it is none of this course."""
        if assignment not in self.assignments:
            raise UsageError(
                f"{self.root}/{FILE}: there is no assignment '{assignment}'",
                "it has: " + (", ".join(self.assignments) or "none yet"),
            )
        return exercises.find(exercises.exercises_folder(), self.assignments[assignment])


def cell_ids(exercise: Exercise) -> Mapping[str, str]:
    """The id of each check's cell, by the check's name: that name, or one that says nothing where it is withheld."""
    return {check.name: check.name for check in exercise.checks} | called(exercise.withheld)


def read(root: Path) -> Course:
    """The course in `root`. Raises UsageError where there is none, InputError where its file is not as it should be."""
    file = root / FILE
    if not file.is_file():
        raise UsageError(
            f"{root} is no course of Drydock: it has no {FILE}.", f"drydock classroom init {root} makes one."
        )
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{file}: cannot be read: {error}", "expected a TOML file in UTF-8") from error
    if table.get("schema") != SCHEMA:
        raise InputError(
            f"{file}: schema: this Drydock reads '{SCHEMA}', found {table.get('schema')!r}",
            "use the version of Drydock that made the course",
        )
    found = table.get("assignments", {})
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise InputError(f'{file}: assignments: expected lines such as 02-first-dockerfile = "02-first-dockerfile"')
    for name in found:
        if not _NAME.fullmatch(name):
            raise InputError(f"{file}: assignments: '{name}' is no name", "expected letters, digits, - and _")
    twice = {value for value in found.values() if list(found.values()).count(value) > 1}
    if twice:
        raise InputError(f"{file}: assignments: two are the exercise '{min(twice)}'", "give each exercise once")
    return Course(root=str(root.resolve()), assignments=found)


def write(course: Course) -> None:
    """Write the course's file."""
    lines = [f'{name} = "{exercise}"\n' for name, exercise in sorted(course.assignments.items())]
    (Path(course.root) / FILE).write_text(_HEAD.format(schema=SCHEMA) + "".join(lines), "utf-8")
