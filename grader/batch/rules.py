"""What an instructor says of late days, on the command line, in a TOML file and in CSV files -> LateWork.

due = 2026-11-24T12:00:00+08:00
late = "10% a day, at most 3 days"
[exercises."05-cache"]
due = 2026-12-01T12:00:00+08:00
[students.ada]
due = 2026-11-26T12:00:00+08:00
"""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from grader.batch.late import EXAMPLES, Handed, LateWork, moment, rule
from grader.batch.store import Store
from grader.errors import InputError, UsageError
from grader.model.reading import from_json

SUBMITTED = "submitted"


def late_work(
    *,
    due: str = "",
    late: str = "",
    rules: Path | None = None,
    times: Path | None = None,
    roster: Mapping[str, Mapping[str, str]] | None = None,
    exercises: Sequence[str] = (),
) -> LateWork | None:
    """What is said of late days; None where nothing is. `exercises` are those that there are.

    A column `submitted` of the roster counts too. Raises InputError and UsageError: where, and what was expected.
    """
    read = _read(rules, exercises) if rules else {}
    said = {"": moment(due, "--due")} if due else read.get("due", {})
    text = late or read.get("late", "")
    if not said and not text:
        if times:
            raise UsageError("--times needs to know when it was due.", "Add --due and --late, or --rules.")
        return None
    if not said or not text:
        raise UsageError(
            "Late days need both a time and a rule.",
            f"For example: --due 2026-11-24T12:00+08:00 --late '10% a day, at most 3 days'. Rules: {EXAMPLES}.",
        )
    found = [*_of_roster(roster or {}), *(_of_times(times, exercises) if times else ())]
    return LateWork(rule=rule(text), due=said, extended=read.get("extended", {}), times=tuple(found))


def keep_late(store: Store, work: LateWork, exercises: Sequence[str] = ()) -> None:
    """Keep it beside the results, for the commands that come later.

    Where it was said for some `exercises`, what holds for the others that were handed in stays as it was.
    """
    before = kept_late(store)
    others = {handed.one.exercise for handed in store.handed()} - set(exercises) if exercises else set()
    kept = {name: before.about(name) if before else None for name in sorted(others)}
    store.note("late", msgspec.json.encode(msgspec.structs.replace(work, others=kept)).decode())


def kept_late(store: Store) -> LateWork | None:
    """What was kept; None where nothing was said of late days."""
    text = store.noted("late")
    return from_json(text, LateWork) if text else None


def _read(file: Path, exercises: Sequence[str]) -> dict[str, Any]:
    try:
        read = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{file}: cannot be read: {error}", "expected a TOML file with `due` and `late`") from error
    _only(file, "", read, ("due", "late", "exercises", "students"))
    due: dict[str, datetime] = {"": moment(read["due"], f"{file}: due")} if "due" in read else {}
    for name in ("exercises", "students"):
        if not isinstance(read.get(name, {}), dict):
            raise InputError(f"{file}: {name} is no table", f"expected for example [{name}.NAME] and below it due = …")
    for name, table in read.get("exercises", {}).items():
        _only(file, f"exercises.{name}.", table, ("due",))
        if name not in exercises:
            raise InputError(f"{file}: there is no exercise '{name}' here", f"there are: {', '.join(exercises)}")
        due[name] = moment(table.get("due", ""), f"{file}: exercises.{name}.due")
    extended = {}
    for name, table in read.get("students", {}).items():
        _only(file, f"students.{name}.", table, ("due",))
        extended[_name(name)] = moment(table.get("due", ""), f"{file}: students.{name}.due")
    return {"due": due, "late": str(read.get("late", "")), "extended": extended}


def _only(file: Path, prefix: str, table: object, keys: Sequence[str]) -> None:
    if not isinstance(table, dict):
        raise InputError(f"{file}: {prefix.rstrip('.')} is no table", f"it has: {', '.join(keys)}")
    for key in table:
        if key not in keys:
            raise InputError(f"{file}: '{prefix}{key}' is not a key", f"it has: {', '.join(keys)}")


def _of_roster(roster: Mapping[str, Mapping[str, str]]) -> Iterator[Handed]:
    for student, row in roster.items():
        if row.get(SUBMITTED, "").strip():
            yield Handed(student=student, at=moment(row[SUBMITTED], f"the roster: {student}: {SUBMITTED}"))


def _of_times(file: Path, exercises: Sequence[str]) -> Iterator[Handed]:
    try:
        reader = csv.DictReader(file.read_text("utf-8-sig").splitlines())
        columns = [name.strip() for name in reader.fieldnames or []]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read: {error}", "expected a CSV file in UTF-8") from error
    if not {"student", SUBMITTED} <= set(columns):
        raise InputError(
            f"{file}: line 1 has the columns {', '.join(columns) or 'of nothing'}",
            "expected: student,submitted, and exercise where there are several",
        )
    reader.fieldnames = columns
    seen = set()
    for row in reader:
        where = f"{file}: line {reader.line_num}"
        student, exercise = _name(row["student"] or ""), (row.get("exercise") or "").strip()
        if exercise and exercise not in exercises:
            raise InputError(f"{where}: there is no exercise '{exercise}' here", f"there are: {', '.join(exercises)}")
        if (student, exercise) in seen:
            raise InputError(f"{where}: '{student}' is there twice", "leave the line that counts, delete the other")
        seen.add((student, exercise))
        yield Handed(student=student, exercise=exercise, at=moment(row[SUBMITTED] or "", where))


def _name(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
