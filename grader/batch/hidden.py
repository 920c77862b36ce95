"""Learners called by numbers: a page without names says nothing of who is who, in no sentence and by no order."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from grader.batch.values import Row

_PATH = re.compile(r"\S*/\S*")
HIDDEN = "…"


def numbered(found: Iterable[Row], secret: bytes) -> dict[str, str]:
    """What each learner is called, the same in all exercises; who has the roster and not the `secret` cannot tell."""
    students = {row.student for row in found}
    mixed = sorted(students, key=lambda name: hmac.digest(secret, name.encode("utf-8", "surrogatepass"), "sha256"))
    return {name: f"Learner {at}" for at, name in enumerate(mixed, 1)}


def hidden(rows: Sequence[Row], called: Mapping[str, str]) -> list[Row]:
    """The rows in the order of the numbers; what was handed in, and where it lay, is not named in them."""
    without = without_names(called)
    order = {name: at for at, name in enumerate(called)}
    return [_hidden(row, without) for row in sorted(rows, key=lambda row: order[row.student])]


def _hidden(row: Row, without: Callable[[str], str]) -> Row:
    reason = row.reason.replace(row.place, HIDDEN) if row.place else row.reason
    reason = without(reason)
    if row.status in ("refused", "not_judged"):
        reason = _PATH.sub(HIDDEN, reason)
    return msgspec.structs.replace(row, reason=reason)


def without_names(called: Mapping[str, str]) -> Callable[[str], str]:
    """A text -> the same without anybody's name."""
    names = "|".join(map(re.escape, sorted(filter(None, called), key=len, reverse=True)))
    found = re.compile(rf"(?<![^\W_])(?:{names})(?![^\W_])", re.IGNORECASE)
    return lambda text: found.sub(HIDDEN, text) if names else text
