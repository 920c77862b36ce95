"""The word that a mistyped one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable

_FARTHEST = 2
"""Edits; BuildKit v0.25.2 has the same limit (util/suggest)."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of `known` that is at most two edits away, whatever the case, or an empty string."""
    small = word.lower()
    best, least = "", _FARTHEST + 1
    for candidate in known:
        if abs(len(candidate) - len(small)) < least and (edits := _edits(small, candidate.lower())) < least:
            best, least = candidate, edits
    return best


def _edits(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        diagonal, row[0] = row[0], at
        for column, theirs in enumerate(other, 1):
            diagonal, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, diagonal + (char != theirs))
    return row[-1]
