"""The texts of submissions, kept small, and two of them side by side: what an instructor looks at, never a measure."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from grader.model.class_report import Compared
from grader.model.reading import from_json

FILES, TEXT, WHOLE = 20, 10_000, 60_000
"""How many files of a submission are kept beside its Dockerfile, characters of one, and of all."""
DOCKERFILE = "Dockerfile"


def kept(texts: Iterable[tuple[str, str]], given: Collection[tuple[str, str]], dockerfile: str) -> bytes:
    """The files (name, text) of a submission but its `dockerfile`, which the report has, and but what was `given` out.

    What is beyond a limit is cut, or left out. Returns JSON, compressed; nothing where there is no such file.
    """
    found: list[tuple[str, str]] = []
    left = WHOLE
    for name, text in texts:
        if name == dockerfile or (name, text) in given:
            continue
        if len(found) == FILES or left <= 0:
            break
        found.append((name, text[: min(TEXT, left)]))
        left -= len(text)
    clean = [(_written(name), _written(text)) for name, text in sorted(found)]
    return zlib.compress(msgspec.json.encode(clean)) if clean else b""


def _written(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def read(data: bytes) -> dict[str, Sequence[str]]:
    """The lines of each file that `kept` has kept, by its name."""
    found = from_json(zlib.decompress(data), list[tuple[str, str]]) if data else []
    return {name: text.splitlines() for name, text in found}


def whole(dockerfile: Sequence[str], texts: bytes) -> dict[str, Sequence[str]]:
    """All that a learner wrote, by the name of its file, the Dockerfile first."""
    return {DOCKERFILE: dockerfile, **read(texts)}


def compared(one: Mapping[str, Sequence[str]], other: Mapping[str, Sequence[str]]) -> Iterator[Compared]:
    """The files that either has, each with its lines on both sides, or on one where they are the same."""
    for name in dict.fromkeys((*one, *other)):
        mine, theirs = one.get(name), other.get(name)
        sides = (_marked(mine, theirs), _marked(theirs, mine))
        yield Compared(name=name, sides=sides[:1] if mine == theirs else sides)


def _marked(lines: Sequence[str] | None, beside: Sequence[str] | None) -> tuple[tuple[str, bool], ...] | None:
    """The lines with whether the other side lacks them, spaces at their ends apart."""
    others = {line.strip() for line in beside or ()} | {""}
    return None if lines is None else tuple((line, line.strip() not in others) for line in lines)
