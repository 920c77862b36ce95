"""Bytes that are read once, forwards, in chunks of bounded size: from a file, a pipe, or a compressed part of one."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from io import FileIO
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
        return self._copied(count)

    def peek(self, count: int) -> bytes:
        """The next `count` bytes, which stay unread; fewer only where the stream ends."""
        if self._at + count > len(self._chunk):
            found = self._copied(count)
            self.position -= len(found)
            self._chunk = memoryview(found + self._chunk[self._at :])
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

    def _copied(self, count: int) -> bytes:
        """The next `count` bytes; a piece is copied at once, as a source may put the next one in its place."""
        return b"".join(piece.tobytes() for piece in self._pieces(count))

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


class FileStream(Stream):
    """A forward reader over the bytes of a file, or of a part of one, that does not read what is skipped.

    `offset` is where in the file its next byte lies.
    """

    def __init__(self, file: FileIO, start: int = 0, end: int | None = None) -> None:
        super().__init__(())
        self._file = file
        self._size = os.fstat(file.fileno()).st_size
        self._next = start
        self._end = self._size if end is None else end
        self._buffer = memoryview(b"")

    @property
    def name(self) -> str:
        """The file's path."""
        return str(self._file.name)

    @property
    def offset(self) -> int:
        """Where in the file the next byte lies."""
        return self._next - (len(self._chunk) - self._at)

    def part(self, count: int) -> FileStream:
        """The next `count` bytes as a stream of their own; here they are passed."""
        start = self.offset
        self._pass(min(count, max(self._end - start, 0)))
        return FileStream(self._file, start, start + count)

    def skip(self, count: int) -> None:
        """Pass `count` bytes; raises ImageError if some lack."""
        last = self.offset + count
        if last > self._end:
            self.position += self._end - self.offset
            self._next, self._chunk, self._at = self._end, memoryview(b""), 0
            raise ImageError(f"cut short: {last - self._end:,} bytes are missing after {self.position:,} bytes")
        if last > self._size:
            raise self._cut()
        self._pass(count)

    def _pass(self, count: int) -> None:
        have = len(self._chunk) - self._at
        self.position += count
        if count <= have:
            self._at += count
        else:
            self._next += count - have
            self._chunk, self._at = memoryview(b""), 0

    def _fill(self) -> bool:
        room = min(CHUNK, self._end - self._next)
        if room <= 0:
            return False
        if not self._buffer:
            self._buffer = memoryview(bytearray(min(CHUNK, self._end - self._next)))
        self._file.seek(self._next)
        count = self._file.readinto(self._buffer[:room])
        if not count:
            raise self._cut()
        self._chunk, self._at = self._buffer[:count], 0
        self._next += count
        return True

    def _cut(self) -> ImageError:
        return ImageError(f"cut short: {self._end - self._size:,} bytes are missing after {self._size:,} bytes")


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
