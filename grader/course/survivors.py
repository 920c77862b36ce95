"""mutants.toml: the mutants of an exercise's solution that may survive, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from grader.course.findings import Finding
from grader.course.mutate import Mutant
from grader.errors import ExerciseError
from grader.exercise import read_toml
from grader.model import Exercise
from grader.model.reading import from_value

FILE = "mutants.toml"


class Survivor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry: a mutant, by its operator and its text, and why no check has to notice it."""

    operator: str
    text: str
    reason: str


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a mutant: the checks that failed it (none: it survived); `reason` is the one written down."""

    mutant: Mutant
    killed_by: tuple[str, ...]
    reason: str = ""

    @property
    def survived(self) -> bool:
        """Whether no check noticed it."""
        return not self.killed_by


def survivors(exercise: Exercise) -> tuple[Survivor, ...]:
    """The entries of mutants.toml; none where there is no such file.

    Raises ExerciseError: file, entry, what was expected.
    """
    file = Path(exercise.folder) / FILE
    shown = f"exercises/{exercise.name}/{FILE}"
    if not file.exists():
        return ()
    table = read_toml(file, shown)
    for key in table:
        if key != "survivor":
            raise ExerciseError(f"{shown}: '{key}' is not a key of it", "it has [[survivor]] entries only")
    try:
        found = from_value(table.get("survivor", []), tuple[Survivor, ...])
    except msgspec.ValidationError as error:
        raise ExerciseError(f"{shown}: [[survivor]]: {error}", "an entry has: operator, text, reason") from error
    for number, entry in enumerate(found, start=1):
        if not entry.reason.strip():
            raise ExerciseError(f"{shown}: [[survivor]] {number}: reason: expected a sentence, found nothing")
    return found


def held_against(exercise: Exercise, written: tuple[Survivor, ...], fates: tuple[Fate, ...]) -> list[Finding]:
    """Survivors that are not written down; and what is written down but did not survive, or is no mutant at all."""
    found = [
        Finding(
            exercise=exercise.name,
            where="solution",
            seen=f"line {fate.mutant.line}: no check notices this mutant\n{_entry(fate.mutant)}",
            expected=f"a check that fails, or this entry with its reason in {FILE}",
        )
        for fate in fates
        if fate.survived and not fate.reason
    ]
    by_name: Mapping[tuple[str, str], Fate] = {(fate.mutant.operator, fate.mutant.text): fate for fate in fates}
    for entry in written:
        fate = by_name.get((entry.operator, entry.text))
        if fate is None or not fate.survived:
            seen = "no such mutant was made" if fate is None else f"it is noticed by {', '.join(fate.killed_by)}"
            found.append(
                Finding(
                    exercise=exercise.name,
                    where=FILE,
                    seen=f"{entry.operator}: {entry.text}\n{seen}",
                    expected="an entry only for a mutant that survives; delete this one",
                )
            )
    return found


def _entry(mutant: Mutant) -> str:
    return f'[[survivor]]\noperator = "{mutant.operator}"\ntext = {_quoted(mutant.text)}'


def _quoted(text: str) -> str:
    return f"'{text}'" if "'" not in text else msgspec.json.encode(text).decode()
