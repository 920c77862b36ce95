"""What `drydock grade` says of a class beside its results: whose time, name or line fits nobody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches

from grader.batch.late import LateWork
from grader.batch.rows import OVERRIDES
from grader.batch.values import Row
from grader.report.inert import one_line

NAMES = 5
"""How many names a message lists."""


def tell_times(found: Sequence[Row], late: LateWork | None) -> None:
    """Whose time is not known, and whose time there is of those who did not hand in."""
    handed_in = [row for row in found if row.status != "missing"]
    without = [row.student for row in handed_in if late and not row.submitted]
    if without:
        print(f"no time is known of {len(without)} of {len(handed_in)}, and nothing was taken off: {few(without)}")
    strangers = late.strangers({row.student for row in handed_in}) if late else []
    if strangers:
        print(f"{len(strangers)} with a time did not hand in: {few(strangers)}")


def tell_roster(found: Sequence[Row], roster: Sequence[str]) -> None:
    """Who handed in and is not in the roster: perhaps a name that is written in another way there."""
    strangers = list(dict.fromkeys(row.student for row in found if roster and row.student not in roster))
    absent = [name for name in roster if any(row.student == name and row.status == "missing" for row in found)]
    near = {name: get_close_matches(name, absent, n=1, cutoff=0.6) for name in strangers}
    if strangers:
        told = [f"{name} (there is '{near[name][0]}', missing)" if near[name] else name for name in strangers]
        print(f"{len(strangers)} handed in and are not in the roster: {few(told)}")


def tell_overrides(found: Sequence[Row], overrides: Collection[tuple[str, str]]) -> None:
    """Which lines of overrides.csv are about nobody in the results."""
    known = {(row.student, row.exercise) for row in found}
    strangers = [f"'{student}' in '{exercise}'" for student, exercise in overrides if (student, exercise) not in known]
    if strangers:
        lines = "1 line" if len(strangers) == 1 else f"{len(strangers)} lines"
        print(f"{lines} of {OVERRIDES} fit nobody here, and change nothing: {few(strangers)}")


def few(names: Sequence[str]) -> str:
    """Some of the names on one line, and how many more there are."""
    shown = [one_line(name) for name in dict.fromkeys(names)]
    more = f" and {len(shown) - NAMES} more" if len(shown) > NAMES else ""
    return ", ".join(shown[:NAMES]) + more
