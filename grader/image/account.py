"""Whom USER means: the numbers of a user and its groups, found in the image's own files as the engine finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

# What Go calls a space; Python's own notion has four signs more, and would read other rows than the engine does.
SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
MOST = (1 << 31) - 1


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers that a process of the image has: its user, its group, and further groups."""

    uid: int
    gid: int = 0
    groups: tuple[int, ...] = ()


def account(user: str, passwd: str, group: str) -> Account | None:
    """The account that `user` (as the configuration has it: `keeper`, `1000:1000`, or nothing) is in these two files.

    None where the engine starts no container, as it does not know the name. Source: GetExecUser of
    github.com/moby/sys/user. The first row that matches counts, a number is always a number and never a name, and what
    is no number where one belongs is 0.
    """
    name, group_name = (*user.split(":"), "")[:2]
    number, group_number = _number(name), _number(group_name)
    row = next((row for row in _rows(passwd) if _is(row, name, number if name else 0)), None)
    if row is None and name and (number is None or not 0 <= number <= MOST):
        return None
    uid, gid = (_at(row, 2), _at(row, 3)) if row else (number or 0, 0)
    if group_name:
        named = next((row for row in _rows(group) if _is(row, group_name, group_number)), None)
        if named is None and (group_number is None or not 0 <= group_number <= MOST):
            return None
        return Account(uid=uid, gid=_at(named, 2) if named else group_number or 0)
    member = tuple(_at(other, 2) for other in _rows(group) if row and row[0] and row[0] in _members(other))
    return Account(uid=uid, gid=gid, groups=member)


def _rows(text: str) -> Iterator[list[str]]:
    return (line.split(":") for line in (each.strip(SPACE) for each in text.split("\n")) if line)


def _is(row: list[str], name: str, number: int | None) -> bool:
    return row[0] == name if number is None else _at(row, 2) == number


def _members(row: list[str]) -> list[str]:
    return row[3].split(",") if len(row) > 3 else []


def _at(row: list[str], at: int) -> int:
    return _number(row[at]) or 0 if len(row) > at else 0


def _number(text: str) -> int | None:
    """A number as Go reads one: digits of ASCII with a sign or none, of 64 bits."""
    found = int(text) if re.fullmatch(r"[+-]?[0-9]{1,30}", text) else None
    return found if found is not None and -(1 << 63) <= found < 1 << 63 else None
