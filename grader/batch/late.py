"""Late days: when it was due and handed in, and what a rule takes off; no time is guessed.

Known is what a CSV file says (`submitted`, with its distance from UTC). A folder's or an archive's own times are not
taken: whoever hands in sets them, copies change them, and they have no zone. Nor are those of git commits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from datetime import datetime

import msgspec

from grader.errors import UsageError
from grader.report.figures import number

_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
_UNIT = r"(?P<{0}_unit>minute|hour|day)s?"
_RULE = re.compile(
    rf"(?:(?P<free>\d+)\s*{_UNIT.format('free')}\s+free\s*,\s*)?"
    rf"(?P<percent>\d+(?:\.\d+)?)\s*%\s*(?:a|an|per|each)\s+{_UNIT.format('each')}"
    rf"(?:\s*,\s*at\s+most\s+(?:(?P<cap>\d+(?:\.\d+)?)\s*%|(?P<last>\d+)\s*{_UNIT.format('last')}))?",
    re.IGNORECASE,
)
EXAMPLES = "'10% a day', '10% a day, at most 3 days', '2 hours free, 5% an hour, at most 50%'"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What a late submission loses of its own score: `percent` for each period of `each` seconds that has begun.

    The first `free` seconds cost nothing. It loses at most `cap` percent, and all of it after `last` seconds.
    """

    text: str
    percent: float
    each: int
    free: int = 0
    cap: float = 100.0
    last: int | None = None

    def percent_off(self, seconds: float) -> float:
        """The percentage that is taken off so many seconds after it was due; at the very second it is in time."""
        over = seconds - self.free
        if over <= 0:
            return 0.0
        if self.last is not None and over > self.last:
            return 100.0
        return min(self.cap, self.percent * math.ceil(over / self.each))


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """When a learner handed in; for one exercise, or for all where it is empty."""

    student: str
    exercise: str = ""
    at: datetime


class LateWork(msgspec.Struct, frozen=True, kw_only=True):
    """The rule of a class, when each exercise is due ("" for all others), who has longer, and what times are known.

    `others` are exercises for which something else was said, or nothing.
    """

    rule: Rule
    due: dict[str, datetime]
    extended: dict[str, datetime] = msgspec.field(default_factory=dict)
    times: tuple[Handed, ...] = ()
    others: dict[str, LateWork | None] = msgspec.field(default_factory=dict)

    def about(self, exercise: str) -> LateWork | None:
        """What holds for one exercise; None where nothing was said of it."""
        return self.others[exercise] if exercise in self.others else msgspec.structs.replace(self, others={})

    def strangers(self, known: Collection[str]) -> list[str]:
        """Who has a time and is not `known`: names that may be written in another way."""
        return sorted({one.student for one in self.times} - set(known))

    def judged(self, student: str, exercise: str) -> Lateness:
        """How late it is."""
        if exercise in self.others:
            other = self.others[exercise]
            return other.judged(student, exercise) if other else Lateness()
        times = {(one.student, one.exercise): one.at for one in self.times}
        at = times.get((student, exercise), times.get((student, "")))
        due = self.due.get(exercise, self.due.get(""))
        if due is None:
            return Lateness(at=at)
        due = max(due, self.extended.get(student, due))
        if at is None:
            return Lateness(note="when it was handed in is not known: nothing is taken off", unknown=True)
        seconds = (at - due).total_seconds()
        if seconds <= 0:
            return Lateness(at=at)
        percent = self.rule.percent_off(seconds)
        return Lateness(at=at, late=True, percent=percent, note=f"{_ago(seconds)} late: {number(percent)} % taken off")


class Lateness(msgspec.Struct, frozen=True, kw_only=True):
    """How late one submission is: when it was handed in, what is taken off, and the same in words."""

    at: datetime | None = None
    late: bool = False
    percent: float = 0.0
    note: str = ""
    unknown: bool = False

    def score(self, score: float) -> float:
        """What is left of a score, to a hundredth of a point."""
        return round(score * (100 - self.percent) / 100, 2)


def rule(text: str) -> Rule:
    """The rule that is written as in EXAMPLES. Raises UsageError."""
    found = _RULE.fullmatch(text.strip())
    if not found or float(found["percent"]) > 100 or float(found["cap"] or 100) > 100:
        raise UsageError(f"'{text}' is not a rule for late days.", f"Expected something like {EXAMPLES}.")
    return Rule(
        text=" ".join(text.split()),
        percent=float(found["percent"]),
        each=_SECONDS[found["each_unit"].lower()],
        free=int(found["free"] or 0) * _SECONDS[(found["free_unit"] or "day").lower()],
        cap=float(found["cap"] or 100),
        last=int(found["last"]) * _SECONDS[found["last_unit"].lower()] if found["last"] else None,
    )


def moment(text: str | datetime, where: str) -> datetime:
    """A time with its distance from UTC; `where` it stands is for the message. Raises UsageError."""
    try:
        found = text if isinstance(text, datetime) else datetime.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        lacks = "is no time" if found is None else "has no time zone, and a guess could be hours off"
        raise UsageError(f"{where}: '{text}' {lacks}.", "Expected for example 2026-11-24T12:00+08:00, or …Z for UTC.")
    return found


def _ago(seconds: float) -> str:
    for name, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = seconds / length
            return f"{math.floor(count * 10) / 10:g} {name}{'' if count == 1 else 's'}"
    return "seconds"
