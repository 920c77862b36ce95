"""Lengths of time as Go writes them: `500ms`, `1m30s`."""

from __future__ import annotations

import re
from fractions import Fraction

from grader.dockerfile.words import quoted

_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_TERM = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]*)")
_PLAIN = re.compile(r"([0-9]+)(ms|s|m|h)")
_SHORTEST = 10**6


def interval(name: str, value: str) -> str:
    """Why BuildKit refuses `value` for HEALTHCHECK's flag `name`, in its words, or an empty string."""
    try:
        length = nanoseconds(value) if value else 0
    except ValueError as error:
        return str(error)
    return f'Interval "{name}" cannot be less than 1ms' if length and length < _SHORTEST else ""


def nanoseconds(text: str) -> int:
    """A length of time in nanoseconds. Raises ValueError with Go's words (time.ParseDuration)."""
    sign = -1 if text.startswith("-") else 1
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return 0
    if (match := _PLAIN.fullmatch(rest)) and len(rest) < 10:
        return sign * int(match[1]) * _UNITS[match[2]]
    invalid = f"time: invalid duration {quoted(text)}"
    if not rest or len(rest) > 100:
        raise ValueError(invalid)
    total = Fraction(0)
    while rest:
        match = _TERM.match(rest)
        if match is None or not (match[1] or match[2]):
            raise ValueError(invalid)
        unit = match[3]
        if not unit:
            raise ValueError(f"time: missing unit in duration {quoted(text)}")
        if unit not in _UNITS:
            raise ValueError(f"time: unknown unit {quoted(unit)} in duration {quoted(text)}")
        total += Fraction(f"{match[1] or 0}.{match[2] or 0}") * _UNITS[unit]
        rest = rest[match.end() :]
    if total >= 2**63:
        raise ValueError(invalid)
    return sign * int(total)
