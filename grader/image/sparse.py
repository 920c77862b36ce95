"""Sparse files in tar archives: the old GNU form and the three PAX forms (GNU tar manual, "Storing Sparse Files")."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from grader.errors import ImageError
from grader.image.header import BLOCK, number_of
from grader.image.stream import Stream

_SEGMENTS_MAX = 100_000

Segments = tuple[tuple[int, int], ...]


class Sparse(msgspec.Struct, frozen=True):
    """Where the data of a sparse file stand, its size with holes, and the bytes that follow in the archive."""

    segments: Segments
    size: int
    stored: int


def old_gnu(header: bytes, stream: Stream) -> Segments:
    """The segments of a member of type S: four in the header, 21 in each extension block that follows."""
    segments: list[tuple[int, int]] = []
    block, start, count, more = header, 386, 4, 482
    while True:
        for at in range(start, start + 24 * count, 24):
            if block[at] == 0:
                break
            segments.append((number_of(block[at : at + 12]), number_of(block[at + 12 : at + 24])))
        if not block[more]:
            return tuple(segments)
        block, start, count, more = stream.take(BLOCK), 0, 21, 504
        if len(block) < BLOCK or len(segments) > _SEGMENTS_MAX:
            raise ImageError("a sparse file's map is cut short or too long")


def from_pax(records: Sequence[tuple[str, str]], stream: Stream, stored: int) -> Sparse | None:
    """The sparse file that PAX records describe, or None; form 1.0 keeps its map before the data and reads it here."""
    pax = dict(records)
    try:
        if pax.get("GNU.sparse.major") == "1":
            numbers, used = _leading_numbers(stream, stored)
            return Sparse(_pairs(numbers), int(pax["GNU.sparse.realsize"]), stored - used)
        if "GNU.sparse.size" not in pax:
            return None
        if "GNU.sparse.map" in pax:
            text = pax["GNU.sparse.map"]
            numbers = [int(number) for number in text.split(",")] if text else []
        else:
            numbers = [int(value) for key, value in records if key in ("GNU.sparse.offset", "GNU.sparse.numbytes")]
        return Sparse(_pairs(numbers), int(pax["GNU.sparse.size"]), stored)
    except (KeyError, ValueError) as error:
        raise ImageError(f"a sparse file's map cannot be read ({error})") from error


def check(segments: Segments, size: int, stored: int) -> None:
    """Raise ImageError unless the segments are in order, lie in the file, and are what the archive stores."""
    ends = [0, *(offset + length for offset, length in segments)]
    starts = [*(offset for offset, _ in segments), size]
    in_order = all(end <= start for end, start in zip(ends, starts, strict=True))
    if not in_order or any(length < 0 for _, length in segments) or sum(length for _, length in segments) != stored:
        raise ImageError("a sparse file's map does not fit its data")


def _leading_numbers(stream: Stream, stored: int) -> tuple[list[int], int]:
    """The decimal numbers, a line each, that fill whole blocks before the data: their count first."""
    text, used = b"", 0
    lines: list[bytes] = []
    wanted = 1
    while len(lines) < wanted:
        block = stream.take(BLOCK)
        used += BLOCK
        if len(block) < BLOCK or used > stored:
            raise ValueError("it is cut short")
        *whole, text = (text + block).split(b"\n")
        lines += whole
        wanted = 1 + 2 * int(lines[0]) if lines else 1
        if wanted > 2 * _SEGMENTS_MAX:
            raise ValueError("it is too long")
    return [int(line) for line in lines[1:wanted]], used


def _pairs(numbers: Sequence[int]) -> Segments:
    if len(numbers) % 2:
        raise ValueError("an offset without a length")
    return tuple(list(pairwise(numbers))[::2])
