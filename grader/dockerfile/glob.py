"""Shell patterns in `${x#p}`, `${x%p}` and `${x/p/r}`: `*`, `?` and escapes, as BuildKit v0.25.2 has them.

BuildKit makes a regular expression of the pattern and has an engine that never goes back. Here a pattern is cut at its
stars; each piece is looked for once, so that matching does not go back either.
"""

from __future__ import annotations

import re

LONGEST_PATTERN = 1_000
_REFERENCE = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)\})")


class GlobError(Exception):
    """Why a pattern cannot be used."""


def trim_prefix(pattern: str, value: str, longest: bool) -> str:
    """`value` without the shortest or the longest beginning that matches `pattern`."""
    match = re.compile(_anchored(_pieces(pattern), longest)).match(value)
    return value[match.end() :] if match else value


def trim_suffix(pattern: str, value: str, longest: bool) -> str:
    """`value` without the shortest or the longest end that matches `pattern`."""
    pieces = [piece[::-1] for piece in reversed(_pieces(pattern))]
    match = re.compile(_anchored(pieces, longest)).match(value[::-1])
    return value[: len(value) - match.end()] if match else value


def replace(pattern: str, value: str, replacement: str, every: bool) -> str:
    """`value` with the first match of `pattern`, or every one, replaced; a match is as long as can be."""
    pieces = _pieces(pattern)
    first = re.compile(_literal(pieces[0]))
    rest = re.compile(_anchored([[], *pieces[1:]], longest=True)) if len(pieces) > 1 else None
    out: list[str] = []
    done = at = 0
    while at <= len(value) and (start := first.search(value, at)):
        whole = rest.match(value, start.end()) if rest else start
        if whole is None:
            break
        out.append(value[done : start.start()])
        if whole.end() > done or start.start() == 0:
            out.append(_expanded(replacement, value[start.start() : whole.end()], every))
        done = whole.end()
        at = max(done, at + 1)
        if not every:
            break
    return "".join(out) + value[done:]


def _expanded(replacement: str, match: str, every: bool) -> str:
    # Go's ReplaceAllString reads $0 and $name in the replacement; the pattern has no groups, so names are empty.
    if not every or "$" not in replacement:
        return replacement
    return _REFERENCE.sub(lambda m: m[1] or (match if (m[2] or m[3]) == "0" else ""), replacement)


def _pieces(pattern: str) -> list[list[str]]:
    """The pattern cut at its stars; a piece is a list of regular expressions, one a character."""
    if len(pattern) > LONGEST_PATTERN:
        raise GlobError(f"longer than {LONGEST_PATTERN} characters")
    pieces: list[list[str]] = [[]]
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            pieces.append([])
        elif char == "?":
            pieces[-1].append(".")
        elif char == "\\" and pattern[at : at + 1] not in ("}", "/"):
            escaped = pattern[at : at + 1]
            if escaped not in ("*", "?", "\\") or not escaped:
                raise GlobError(f"invalid escape '\\{escaped or chr(0xFFFD)}'")
            pieces[-1].append(re.escape(escaped))
            at += 1
        elif char != "\\":
            pieces[-1].append(re.escape(char))
    return pieces


def _literal(piece: list[str]) -> str:
    return "".join(piece)


def _anchored(pieces: list[list[str]], longest: bool) -> str:
    head, *rest = map(_literal, pieces)
    if not rest:
        return head
    *middle, last = rest
    return head + "".join(f"(?>.*?{piece})" for piece in middle) + f"(?>.*{'' if longest else '?'}{last})"
