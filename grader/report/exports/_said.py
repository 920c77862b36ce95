"""What all formats say alike: a check's name and finding, and why there is no score."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from grader.model import CheckResult
from grader.model.result import Result
from grader.report.figures import number
from grader.report.inert import CHARACTERS, inert, visible
from grader.report.words import ENGLISH

_SMALLER = (CHARACTERS, 5_000, 1_000, 300, 100, 40)


def said(check: CheckResult) -> str:
    """What was seen first, then what was expected and why it matters; hints stay with the learner's own report."""
    seen = check.seen if check.status != "not_judged" else f"{state(check)}: {check.seen}"
    parts = [f"Line {check.line}" if check.line else "", seen]
    if check.status == "failed":
        parts += [f"expected: {check.expected}" if check.expected else "", f"why: {check.why}" if check.why else ""]
    if check.machine:
        parts.append(ENGLISH.machine_fault)
    return "\n".join(part for part in parts if part)


def state(check: CheckResult) -> str:
    """The word for a check's status."""
    return ENGLISH.status(check.status) if check.applies else ENGLISH.not_applicable


def points(result: Result) -> str:
    """The score in words."""
    if result.score is None:
        return without_score(result)
    told = ENGLISH.points.format(points=number(result.score), most=number(result.max_score))
    return "; ".join(part for part in (told, result.late_note, result.comment) if part)


def without_score(result: Result) -> str:
    """Why there is no score: where the machine was at fault, what the first check says that met it."""
    word = result.status.replace("_", " ")
    met = next((one for one in (result.report.checks if result.report else ()) if one.machine), None)
    reason = result.reason or (f"{met.title}: {met.seen}" if met else "")
    return f"{word}: {reason}" if reason else word


def fitting(result: Result, limit: int, make: Callable[[Result], dict[str, object]]) -> bytes:
    """`make(result)` as indented JSON of at most `limit` bytes: its texts are cut, ever shorter, until it fits.

    Each cut is said where it was made. The last try is returned as it is: a few hundred checks fit in any limit.
    """
    made = b""
    for characters in _SMALLER:
        value = make(inert(result, characters=characters))
        made = msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
        if len(made) <= limit:
            break
    return made


def cut(text: str, characters: int) -> str:
    """`text`, of at most so many characters; a cut is said."""
    return visible(text, characters=characters)
