"""The table [variants] of an exercise.toml: which values there are, and where the first of each has to stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grader.errors import ExerciseError

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def variants(where: str, data: Mapping[str, Any], task: str) -> dict[str, tuple[str, ...]]:
    """The values of each parameter, as texts; empty where the exercise.toml in `data` has no such table.

    The first value of each has to stand in `task` and in a parameter of a check, all of them are different, and each
    is a word of its own. Raises ExerciseError, which says `where` and what was expected.
    """
    table = data.get("variants", {})
    if not isinstance(table, dict):
        raise ExerciseError(f"{where}: expected a table with lines such as port = [8080, 8086, 8092]")
    found = {name: _values(f"{where}: {name}", name, values) for name, values in table.items()}
    every = [value for values in found.values() for value in values]
    for value in every:
        if every.count(value) > 1:
            raise ExerciseError(
                f"{where}: the value '{value}' is there twice", "each value stands in one list, and there once"
            )
    checked = "\n".join(_texts(data.get("check", ())))
    for name, (first, *_) in found.items():
        word = as_words([first])
        for text, place in ((task, "task.md"), (checked, "no parameter of a check")):
            if not word.search(text):
                seen = f"stands in {place}" if place.startswith("no") else f"does not stand in {place}"
                raise ExerciseError(
                    f"{where}: {name}: its first value, '{first}', {seen}",
                    "the first value is the one that the folder's files hold, and the others take its place",
                )
    return found


def as_words(values: Iterable[str]) -> re.Pattern[str]:
    """What finds one of `values` where it is a word of its own: 80 is none in 8080, and 1.0 none in 1.0.2.

    The letter of an escape, as in `\\n`, belongs to no word.
    """
    either = "|".join(re.escape(value) for value in sorted(values, key=len, reverse=True))
    return re.compile(rf"(?:(?<!\w)|(?<=\\[nrt]))(?<!\d\.)(?:{either})(?!\w)(?!\.\w)")


def _values(where: str, name: str, values: object) -> tuple[str, ...]:
    if not _NAME.fullmatch(name):
        raise ExerciseError(f"{where}: expected a name in small letters, such as port")
    if not isinstance(values, list) or len(values) < 2:
        raise ExerciseError(f"{where}: expected a list of at least two values, found {values!r}")
    for value in values:
        if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip() or "\n" in str(value):
            raise ExerciseError(f"{where}: expected texts in quotes or whole numbers, found {value!r}")
    return tuple(str(value) for value in values)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    else:
        yield str(value)
