"""The stream of `docker buildx build --progress=rawjson`, read piece by piece into objects and lines of text."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime

import msgspec

from grader.model.reading import from_value

LONGEST = 16 * 1024 * 1024


class Vertex(msgspec.Struct, frozen=True):
    """A piece of BuildKit's work; the same digest comes again each time something about it is known."""

    digest: str
    name: str = ""
    inputs: tuple[str, ...] = ()
    started: datetime | None = None
    completed: datetime | None = None
    cached: bool = False
    error: str = ""


class Status(msgspec.Struct, frozen=True):
    """How far a vertex has come, in bytes."""

    vertex: str
    id: str = ""
    current: int = 0
    timestamp: datetime | None = None


class Log(msgspec.Struct, frozen=True):
    """What a vertex printed, base64."""

    vertex: str
    data: str | None = None
    timestamp: datetime | None = None


class Position(msgspec.Struct, frozen=True):
    """A line, counted from 1."""

    line: int = 0


class Range(msgspec.Struct, frozen=True):
    """Where something stands in the Dockerfile."""

    start: Position = Position()


class Warned(msgspec.Struct, frozen=True):
    """A remark of BuildKit's build checks; the texts are base64."""

    short: str = ""
    detail: tuple[str, ...] | None = None
    range: tuple[Range, ...] | None = None


class Frame(msgspec.Struct, frozen=True):
    """One object of the stream."""

    vertexes: tuple[Vertex, ...] | None = None
    statuses: tuple[Status, ...] | None = None
    logs: tuple[Log, ...] | None = None
    warnings: tuple[Warned, ...] | None = None


class Reader:
    """Takes the stream in pieces of any length and gives its objects, and the lines between them as text.

    buildx 0.13 spreads an object over many lines, newer ones write one a line; both are read. What is neither is text:
    no input raises an error.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._open: list[str] = []
        self._length = 0

    def feed(self, piece: bytes) -> list[Frame | str]:
        """What has become whole with `piece`."""
        *whole, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > LONGEST:
            whole.append(self._rest)
            self._rest = b""
        return [item for line in whole for item in self._line(shown(line))]

    def end(self) -> list[Frame | str]:
        """What is left when the stream has ended."""
        items = self._line(shown(self._rest)) if self._rest else []
        self._rest = b""
        return [*items, *self._give_up()]

    def _line(self, line: str) -> list[Frame | str]:
        line = line.rstrip("\r")
        if not self._open:
            if not line.startswith("{"):
                return [line]
            frames = _frames(line)
            if frames is not None:
                return list(frames)
            if line.strip() != "{":
                return [line]
        elif line.startswith("{"):
            return [*self._give_up(), *self._line(line)]
        self._open.append(line)
        self._length += len(line)
        if line.startswith("}"):
            frames = _frames("\n".join(self._open))
            if frames is not None:
                self._open, self._length = [], 0
                return list(frames)
            return self._give_up()
        return self._give_up() if self._length > LONGEST else []

    def _give_up(self) -> list[Frame | str]:
        lines, self._open, self._length = self._open, [], 0
        return list(lines)


def _frames(text: str) -> list[Frame] | None:
    """The objects that `text` is made of, or None where it is anything else."""
    frames, at = [], 0
    decoder = json.JSONDecoder()
    try:
        while at < len(text):
            value, at = decoder.raw_decode(text, at)
            frames.append(from_value(value, Frame))
            while at < len(text) and text[at].isspace():
                at += 1
    except (ValueError, RecursionError, msgspec.ValidationError):
        return None
    return frames


def shown(data: bytes) -> str:
    """`data` as text, with what is not UTF-8 as escapes such as \\xff."""
    return data.decode("utf-8", errors="backslashreplace")


def unpacked(data: str | None) -> bytes:
    """The bytes of a base64 text; empty where it is not base64."""
    try:
        return base64.b64decode(data or "")
    except (binascii.Error, ValueError):
        return b""
