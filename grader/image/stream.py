"""Bytes that are read once, forwards, in chunks of bounded size: from a file, a pipe, or a compressed part of one."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from grader.errors import ImageError

CHUNK = 1 << 18
_INPUT = 1 << 16
_GZIP = 31


class Stream:
    """A forward reader over `chunks`; it never holds more than one of them."""

    def __init__(self, chunks: Iterable[bytes | memoryview]) -> None:
        self._chunks = iter(chunks)
        self._chunk = memoryview(b"")
        self._at = 0
        self.position = 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes; fewer only where the stream ends."""
        end = self._at + count
        if end <= len(self._chunk):
            piece = self._chunk[self._at : end].tobytes()
            self._at = end
            self.position += count
            return piece
        return b"".join(self._pieces(count))

    def peek(self, count: int) -> bytes:
        """The next `count` bytes, which stay unread; fewer only where the stream ends."""
        if self._at + count > len(self._chunk):
            rest = self._chunk[self._at :]
            missing = b"".join(self._pieces(count))[len(rest) :]
            self.position -= len(rest) + len(missing)
            self._chunk = memoryview(b"".join((rest, missing, self._chunk[self._at :])))
            self._at = 0
        return self._chunk[self._at : self._at + count].tobytes()

    def pour(self, count: int) -> Iterator[memoryview]:
        """Exactly `count` bytes, in pieces; raises ImageError if some lack."""
        missing = count
        for piece in self._pieces(count):
            missing -= len(piece)
            yield piece
        if missing:
            raise ImageError(f"cut short: {missing:,} bytes are missing after {self.position:,} bytes")

    def view(self, count: int) -> memoryview | None:
        """The next `count` bytes without a copy, or None (and nothing read) where they are not in one chunk."""
        end = self._at + count
        if end > len(self._chunk):
            return None
        piece = self._chunk[self._at : end]
        self._at = end
        self.position += count
        return piece

    def skip(self, count: int) -> None:
        """Read `count` bytes and forget them; raises ImageError if some lack."""
        for _ in self.pour(count):
            pass

    def rest(self) -> Iterator[memoryview]:
        """All that is left, in pieces."""
        while self._at < len(self._chunk) or self._fill():
            yield from self._pieces(len(self._chunk) - self._at)

    def _pieces(self, count: int) -> Iterator[memoryview]:
        while count > 0:
            have = len(self._chunk) - self._at
            if not have:
                if not self._fill():
                    return
                continue
            step = min(have, count)
            piece = self._chunk[self._at : self._at + step]
            self._at += step
            self.position += step
            count -= step
            yield piece

    def _fill(self) -> bool:
        for chunk in self._chunks:
            if len(chunk):
                self._chunk = memoryview(chunk)
                self._at = 0
                return True
        return False


def chunks_of(source: BinaryIO) -> Iterator[memoryview]:
    """The bytes of an open file or pipe, to its end; a chunk is valid until the next is asked for."""
    into = getattr(source, "readinto", None)
    if into is None:
        while chunk := source.read(CHUNK):
            yield memoryview(chunk)
        return
    buffer = memoryview(bytearray(CHUNK))
    while count := into(buffer):
        yield buffer[:count]


def gunzipped(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """What gzip-compressed `pieces` hold (one gzip member or several); raises ImageError where they are damaged."""
    engine = zlib.decompressobj(_GZIP)
    try:
        for piece in pieces:
            for start in range(0, len(piece), _INPUT):
                data: bytes | memoryview = piece[start : start + _INPUT]
                while data:
                    if engine.eof:
                        if not bytes(data).strip(b"\0"):
                            break
                        engine = zlib.decompressobj(_GZIP)
                    yield engine.decompress(data, CHUNK)
                    data = engine.unused_data if engine.eof else engine.unconsumed_tail
    except zlib.error as error:
        raise ImageError(f"the gzip compression is damaged ({error})") from error
    while not engine.eof:
        more = engine.decompress(b"", CHUNK)
        if not more:
            raise ImageError("the gzip-compressed part is cut short")
        yield more
