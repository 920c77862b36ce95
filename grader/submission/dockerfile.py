"""The Dockerfile and .dockerignore of a clean copy as files: found, regular, of a bounded size."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path

from grader.errors import SubmissionError
from grader.submission import names
from grader.submission.tree import Kind

TEXT_BYTES = 256 * 1024
LINE_BYTES = 65_535
"""The longest line that Docker reads."""

_ALSO_CALLED = ("containerfile", "dockerfile.txt", "dockerfile.md", "dockerfile.docker", "docker-file", "docker file")


def text_of(context: Path, name: str, kinds: Mapping[str, Kind], *, source: str) -> bytes:
    """The bytes of the Dockerfile `name` in `context`, whose paths are `kinds`.

    Raises SubmissionError where there is none (with what looks like one), where it or a .dockerignore is a link or a
    folder, where one of them is larger than TEXT_BYTES, and where a .dockerignore is no text that a builder can read
    (the Dockerfile's own text is the parser's business).
    """
    if name not in kinds:
        raise SubmissionError(f"{source}: there is no file called {name}{_near(kinds)}", _what_to_do(kinds, name))
    for each in (name, f"{name}.dockerignore", ".dockerignore"):
        if each in kinds:
            _check(context / each, each, kinds[each], source)
            if each != name and (why := _unreadable((context / each).read_bytes())):
                raise SubmissionError(f"{source}: {each}: {why[0]}", why[1])
    return (context / name).read_bytes()


def _check(path: Path, name: str, kind: Kind, source: str) -> None:
    if kind != "file":
        raise SubmissionError(f"{source}: {name} is a {kind}", f"{name} has to be an ordinary file; put its text there")
    size = path.stat().st_size
    if size > TEXT_BYTES:
        raise SubmissionError(
            f"{source}: {name} has {size:,} bytes; at most {TEXT_BYTES:,} are read", "keep data out of it"
        )


def _unreadable(data: bytes) -> tuple[str, str] | None:
    """Why `data` is no text with a pattern on each line, and what to do about it; None where it is one."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it is saved as UTF-16; Docker reads only UTF-8", "save it as UTF-8"
    for number, line in enumerate(data.split(b"\n"), 1):
        if b"\0" in line:
            return f"line {number} has a NUL byte in it", "delete the byte, or write the line again"
        if len(line) > LINE_BYTES:
            return f"line {number} has {len(line):,} bytes; Docker reads at most {LINE_BYTES:,}", "use several patterns"
        try:
            line.decode()
        except UnicodeDecodeError as error:
            return f"line {number}: the byte {line[error.start]:#04x} is not UTF-8", "save it as UTF-8"
    return None


def near_misses(kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    """Files that look as if they were meant to be the Dockerfile, the likeliest first, at most three."""
    here = [path for path, kind in kinds.items() if "/" not in path and kind == "file" and _looks_meant(path)]
    below = [path for path, kind in kinds.items() if path.endswith("/Dockerfile") and kind == "file"]
    return tuple(sorted(here, key=lambda path: (path.casefold() != "dockerfile", path)) + sorted(below, key=len))[:3]


def _looks_meant(name: str) -> bool:
    folded = name.casefold()
    if folded.endswith(".dockerignore"):
        return False
    meant = folded == "dockerfile" or folded in _ALSO_CALLED or folded.startswith("dockerfile")
    return meant or folded.endswith(".dockerfile") or bool(difflib.get_close_matches(folded, ["dockerfile"], 1, 0.8))


def _near(kinds: Mapping[str, Kind]) -> str:
    if not kinds:
        return "; the folder is empty"
    near = near_misses(kinds)
    return f"; there is {', '.join(names.shown(path) for path in near)}" if near else ""


def _what_to_do(kinds: Mapping[str, Kind], name: str) -> str:
    near = near_misses(kinds)
    if not near:
        return f"write the Dockerfile into a file called {name}, without an ending, at the top of the folder"
    if "/" in near[0]:
        return f"hand in the folder {names.shown(near[0].rpartition('/')[0])}"
    return f"rename {names.shown(near[0])} to {name} (letter case counts, and there is no ending)"
