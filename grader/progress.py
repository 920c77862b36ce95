"""What a learner has done, in one plain file beside their work: written by the command line and by the notebooks.

The file is `progress.json` in the learner's folder, so that it moves with the work; deleting it begins anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from grader.engine.lock import locked
from grader.errors import LockedError
from grader.model import Report
from grader.model.reading import from_json

SCHEMA = "drydock.progress/1"
FILE = "progress.json"
Say = Callable[[str], None]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """The best result of an exercise; `passed` is the first time that all points were earned (ISO 8601; empty: never).

    `tries` counts the checks that gave a verdict.
    """

    score: float
    max_score: float
    tries: int
    passed: str = ""


class _File(msgspec.Struct, frozen=True, kw_only=True):
    schema: str = SCHEMA
    exercises: dict[str, Done] = msgspec.field(default_factory=dict)
    answers: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)


def read(work: Path, say: Say = lambda _: None) -> Mapping[str, Done]:
    """The results by exercise, from the learner's folder `work`; empty where nothing has been done.

    A file that cannot be read is kept aside under another name, and `say` is told so.
    """
    return _read(work, say).exercises


def answers(work: Path, lesson: str, say: Say = lambda _: None) -> Mapping[str, str]:
    """What the learner has answered in a lesson, by the question; `say` as in `read`."""
    return _read(work, say).answers.get(lesson, {})


def _read(work: Path, say: Say) -> _File:
    file = work / FILE
    try:
        found = from_json(file.read_bytes(), _File)
        if found.schema != SCHEMA:
            raise msgspec.ValidationError(f"its schema is {found.schema}, expected {SCHEMA}")
    except FileNotFoundError:
        return _File()
    except OSError as error:
        say(f"{file} cannot be read: {error.strerror}. It is left as it is.")
        return _File()
    except msgspec.MsgspecError as error:
        _keep_aside(file, str(error), say)
        return _File()
    return found


def note(work: Path, report: Report, say: Say = lambda _: None) -> Done | None:
    """Take a report into the file of the learner's folder `work`: the exercise's result as it now stands.

    None where nothing was kept: a fault of the machine is not counted, and a folder that cannot be written is said.
    """
    if report.status == "not_judged":
        return None
    made: list[Done] = []

    def add(known: _File) -> _File:
        made.append(_with(known.exercises.get(report.exercise), report))
        return msgspec.structs.replace(known, exercises=known.exercises | {report.exercise: made[0]})

    return made[0] if _change(work, add, "The result", say) else None


def note_answer(work: Path, lesson: str, question: str, answer: str, say: Say = lambda _: None) -> bool:
    """Take the answer to a lesson's question into the file; whether it was kept (why not, `say` is told)."""

    def add(known: _File) -> _File:
        of_lesson = known.answers.get(lesson, {}) | {question: answer}
        return msgspec.structs.replace(known, answers=known.answers | {lesson: of_lesson})

    return _change(work, add, "The answer", say)


def _change(work: Path, change: Callable[[_File], _File], what: str, say: Say) -> bool:
    """Read the file, change it and write it, with nobody else in between; whether that could be done."""
    try:
        with locked(work / ".progress.lock", "keeping a result", say, 10):
            known = change(_read(work, say))
            exercises = dict(sorted(known.exercises.items()))
            _write(work / FILE, msgspec.structs.replace(known, exercises=exercises))
    except (OSError, LockedError) as error:
        say(f"{what} could not be kept in {work / FILE}: {error}")
        return False
    return True


def _with(before: Done | None, report: Report) -> Done:
    now = datetime.now(UTC).isoformat(timespec="seconds") if report.status == "passed" else ""
    if before is None:
        return Done(score=report.score, max_score=report.max_score, tries=1, passed=now)
    # A score of another number of points cannot be compared: the exercise has changed since.
    same = before.max_score == report.max_score
    return Done(
        score=max(before.score, report.score) if same else report.score,
        max_score=report.max_score,
        tries=before.tries + 1,
        passed=before.passed or now,
    )


def _write(file: Path, value: _File) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _keep_aside(file: Path, why: str, say: Say) -> None:
    number = 1
    while (aside := file.with_name(f"{file.stem}.damaged-{number}.json")).exists():
        number += 1
    with suppress(OSError):
        file.replace(aside)
        say(f"{file} cannot be read ({why}). It is kept as {aside.name}, and a new one is begun.")
