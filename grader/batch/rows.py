"""The store, the roster and the instructor's own word -> one row a learner and exercise."""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from grader.batch.late import LateWork
from grader.batch.store import Store
from grader.batch.values import HandIn, Outcome, Row
from grader.errors import InputError
from grader.model import CheckResult, Exercise, Report
from grader.model.reading import from_json
from grader.report.withheld import NOT_SHOWN
from grader.submission import names

OVERRIDES = "overrides.csv"
_COLUMNS = ("student", "exercise", "score", "comment")
CHANGED = "not graded yet: the exercise has changed since it was graded; use drydock regrade, or grade again"


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """What an instructor has set: a score in place of the automatic one (None: that one stays), and a comment."""

    score: float | None = None
    comment: str = ""


def rows(
    store: Store,
    exercises: Mapping[str, tuple[Exercise, str]],
    roster: Sequence[str] = (),
    overrides: Mapping[tuple[str, str], Override] | None = None,
    late: LateWork | None = None,
) -> list[Row]:
    """A row for each learner and exercise: those who handed in, and those of the roster who did not.

    What `late` takes off is taken off the automatic score; an instructor's own score stays as it was set. Refusals name
    files as seen from the folder that holds all submissions: learners read them.
    """
    above = above_all(handed.one.path for handed in store.handed())
    first: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str], Row] = {}
    for handed in store.handed():
        one, digest = handed.one, handed.digest
        if one.exercise not in exercises:
            continue
        exercise, version = exercises[one.exercise]
        known = store.outcome(one.exercise, version, digest) if digest else None
        outcome = known if digest else Outcome(refused=one.refused, fault=handed.fault)
        row = _row(one, digest, outcome, exercise, above)
        if digest and outcome is None and store.latest(one.exercise, digest):
            row = msgspec.structs.replace(row, reason=CHANGED)
        if digest:
            twin = first.setdefault((one.exercise, digest), one.student)
            row = msgspec.structs.replace(row, same_as=twin if twin != one.student else "")
        if roster and one.student not in roster:
            row = msgspec.structs.replace(row, reason=_and(row.reason, "not in the roster"))
        found[(one.exercise, one.student)] = _late(row, late) if late else row
    for name, (exercise, _) in exercises.items():
        for student in roster:
            missing = Row(
                student=student,
                exercise=name,
                status="missing",
                max_score=exercise.max_score,
                reason="nothing was handed in",
            )
            found.setdefault((name, student), missing)
    return [_overridden(row, (overrides or {}).get((row.student, row.exercise))) for _, row in sorted(found.items())]


def above_all(paths: Iterable[str]) -> str:
    """The deepest folder that all these submissions lie in; empty where there is none but the root of a disk."""
    try:
        found = os.path.commonpath({os.path.dirname(path) for path in paths if path})  # noqa: PTH120
    except ValueError:
        return ""
    return "" if found == os.path.dirname(found) else found  # noqa: PTH120


def _seen_from(above: str, text: str) -> str:
    """The text, with each path into the folder `above` as it is seen from there."""
    return re.sub(rf"(?<![\w./-]){re.escape(above + os.sep)}", f".{os.sep}", text) if above else text


def read_overrides(folder: Path) -> dict[tuple[str, str], Override]:
    """What the instructor has written into overrides.csv; an empty one is made where there is none.

    It is only ever read after that. Raises InputError: the file, the line, what was expected.
    """
    file = folder / OVERRIDES
    if not file.exists():
        partial = file.with_name(f".{file.name}.partial")
        partial.write_text(",".join(_COLUMNS) + "\n", "utf-8")
        partial.replace(file)
        return {}
    try:
        reader = csv.DictReader(file.read_text("utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read: {error}", "expected a CSV file in UTF-8") from error
    if tuple(reader.fieldnames or ()) != _COLUMNS:
        raise InputError(f"{file}: line 1: the columns are {', '.join(_COLUMNS)}", "put them back, in this order")
    found: dict[tuple[str, str], Override] = {}
    for row in reader:
        key = (unicodedata.normalize("NFC", (row["student"] or "").strip()), (row["exercise"] or "").strip())
        if key in found:
            raise InputError(
                f"{file}: line {reader.line_num}: '{key[0]}' in '{key[1]}' is there twice",
                "leave the line that counts, delete the other",
            )
        found[key] = Override(
            score=_score(file, reader.line_num, row["score"] or ""), comment=(row["comment"] or "").strip()
        )
    return found


def _score(file: Path, line: int, text: str) -> float | None:
    try:
        value = float(text) if text.strip() else None
    except ValueError:
        value = -1.0
    if value is not None and not 0 <= value < 1e9:
        raise InputError(f"{file}: line {line}: '{text}' is not a score", "expected a number from 0 on, or nothing")
    return value


def _row(one: HandIn, digest: str, outcome: Outcome | None, exercise: Exercise, above: str) -> Row:
    row = Row(
        student=one.student,
        exercise=one.exercise,
        status="not_judged",
        max_score=exercise.max_score,
        late=one.late,
        digest=digest,
        place=_seen_from(above, one.path),
    )
    if outcome is None:
        return msgspec.structs.replace(row, reason="not graded yet")
    row = msgspec.structs.replace(row, seconds=outcome.seconds, report=outcome.report)
    if outcome.refused:
        return msgspec.structs.replace(row, status="refused", reason=_reason(outcome.refused, row, one, above))
    if outcome.fault or not outcome.report:
        return msgspec.structs.replace(row, reason=_reason(outcome.fault, row, one, above) or "no report")
    report = from_json(outcome.report, Report)
    lost = next((check for check in report.checks if check.status == "failed"), None)
    return msgspec.structs.replace(
        row,
        status=report.status,
        score=report.score,
        max_score=report.max_score,
        automatic_score=report.score,
        reason=_lost(lost, exercise) if lost else "",
    )


def _lost(check: CheckResult, exercise: Exercise) -> str:
    """Why points are lost, in words that learners may read."""
    return NOT_SHOWN if check.name in exercise.withheld else f"{check.title}: {check.seen}"


def _reason(text: str, row: Row, one: HandIn, above: str) -> str:
    """The text without the instructor's folders; a long path stands in it with its middle left out."""
    short = names.shown(one.path)
    return _seen_from(above, text if short == one.path else text.replace(short, names.shown(row.place)))


def _late(row: Row, work: LateWork) -> Row:
    found = work.judged(row.student, row.exercise)
    note = "late, but " + found.note if row.late and found.unknown else found.note
    return msgspec.structs.replace(
        row,
        late=found.late if found.at else row.late,
        late_note=note,
        submitted=found.at.isoformat() if found.at else "",
        score=None if row.score is None else found.score(row.score),
    )


def _overridden(row: Row, override: Override | None) -> Row:
    if override is None:
        return row
    changed = msgspec.structs.replace(row, comment=override.comment)
    return changed if override.score is None else msgspec.structs.replace(changed, score=override.score)


def _and(reason: str, more: str) -> str:
    return f"{reason}; {more}" if reason else more


def counted(found: Sequence[Row]) -> Iterator[tuple[str, int]]:
    """How many rows there are of each status, in the order of the statuses; none of a status is not named."""
    for status in ("passed", "failed", "refused", "not_judged", "missing"):
        count = sum(row.status == status for row in found)
        if count:
            yield status, count
