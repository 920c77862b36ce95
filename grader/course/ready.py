"""An exercise folder -> all that is needed to try it, or what keeps it from being tried."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader import exercise
from grader.answers import Answer, answers
from grader.course.findings import Finding
from grader.course.folders import incomplete, unfinished
from grader.course.survivors import Survivor, survivors
from grader.errors import ExerciseError
from grader.model import Exercise


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """An exercise that can be tried; `written` is None without mutants, `findings` what was found in its folder."""

    exercise: Exercise
    answers: tuple[Answer, ...]
    written: tuple[Survivor, ...] | None
    findings: tuple[Finding, ...]


def folders(root: Path, wanted: Sequence[str]) -> list[str]:
    """The names of the exercise folders, or of those that are wanted, whether or not they can be read.

    Raises UsageError for one that is not there.
    """
    there = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith((".", "_")))
    if not wanted:
        return there
    return [word if word in there else exercise.find(root, word).name for word in dict.fromkeys(wanted)]


def ready(folder: Path, *, mutated: bool) -> Ready | tuple[Finding, ...]:
    """The exercise with its answers; or findings, where it cannot be read or still has the text of its templates."""
    todo = tuple(unfinished(folder))
    try:
        loaded = exercise.load(folder)
        found = answers(loaded)
        written = survivors(loaded) if mutated else None
    except ExerciseError as error:
        return (*todo, _unreadable(folder, error))
    findings = tuple(incomplete(loaded, found))
    if todo:
        return (*todo, *findings)
    return Ready(exercise=loaded, answers=found, written=written, findings=findings)


def _unreadable(folder: Path, error: ExerciseError) -> Finding:
    return Finding(
        exercise=folder.name,
        where="",
        seen=error.what,
        expected=error.do or "an exercise folder that can be read",
    )
