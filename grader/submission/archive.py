"""Archives: told apart by their first bytes, and opened as entries; no name in them is believed."""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from grader.errors import SubmissionError
from grader.model import Limits
from grader.submission import tarred, zipped
from grader.submission.folder import kind_word
from grader.submission.tree import ENTRIES, Entry

Format = Literal["zip", "tar", "tar.gz"]

HEADERS = 32_000_000
"""Bytes that an archive may have beyond its contents: headers and padding of `ENTRIES` files."""

MEMBERS = 10_000
"""Parts that a gzip archive may have; a tool makes one, or one for each 64 kB."""

CHUNK = 1 << 16
TAPE = 1 << 20

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "tar.gz"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
)
_NAMES = ((".zip", "zip"), (".tar", "tar"), (".tar.gz", "tar.gz"), (".tgz", "tar.gz"))


def format_of(head: bytes, name: str, *, source: str) -> Format | None:
    """The format of a file that begins with `head` (512 bytes), None where it is no archive.

    Raises SubmissionError for an archive of another format, and for a name that promises what the bytes do not keep.
    """
    found = next((word for magic, word in _MAGIC if head.startswith(magic)), "tar" if head[257:262] == b"ustar" else "")
    promised = next((word for ending, word in _NAMES if name.lower().endswith(ending)), "")
    if not found and promised == "tar" and tarred.looks_like_header(head):
        found = "tar"
    if found in ("zip", "tar", "tar.gz"):
        return found  # type: ignore[return-value]
    if found:
        raise SubmissionError(f"{source}: {found} archives are not read", "hand in a zip, a tar or a tar.gz")
    if promised:
        raise SubmissionError(f"{source}: this is not a {promised} archive", "pack it again, or hand in the folder")
    return None


@contextmanager
def opened(path: Path, *, source: str) -> Iterator[BinaryIO]:
    """The regular file `path` open for reading; links are not followed, pipes and devices not waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY)
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise SubmissionError(f"{source}: it is {kind_word(mode)}", "hand in a folder, a Dockerfile or an archive")
        yield file


def entries(file: BinaryIO, kind: Format, limits: Limits, *, source: str) -> Iterator[Entry]:
    """The entries of the archive in `file`, in its order, their contents counted while they are read.

    Raises SubmissionError for a damaged archive, for links and devices in it, and where more than the limits allow
    would have to be read.
    """
    most = limits.context_bytes + HEADERS
    if os.fstat(file.fileno()).st_size > most:
        raise SubmissionError(f"{source}: the archive is larger than {most:,} bytes", "hand in only what is needed")
    if kind == "zip":
        yield from zipped.entries(file, source=source, most=10 * ENTRIES)
    elif kind == "tar":
        yield from tarred.entries(file, source=source, most_bytes=most, most_entries=10 * ENTRIES)
    else:
        unpacked = _Gzip(file, source)
        yield from tarred.entries(unpacked, source=source, most_bytes=most, most_entries=10 * ENTRIES)
        # The checksum of gzip comes after the padding of tar, and that is no longer than a block of a tape.
        for _ in range(TAPE // CHUNK):
            if not unpacked.read(CHUNK):
                break


class _Gzip:
    """Members of gzip (RFC 1952) as one stream; Python's own reader has no bound on empty ones."""

    def __init__(self, file: BinaryIO, source: str) -> None:
        self._file, self._source = file, source
        self._waiting, self._members = b"", 0
        self._member: zlib._Decompress | None = None

    def read(self, count: int) -> bytes:
        while self._more():
            if self._member is None and not self._begun():
                continue
            if data := self._inflated(count):
                return data
        if self._member is not None:
            raise self._refused("the archive is damaged: it ends in the middle", "pack it again, or send it again")
        return b""

    def _more(self) -> bool:
        self._waiting = self._waiting or self._file.read(CHUNK)
        return bool(self._waiting)

    def _begun(self) -> bool:
        self._waiting = self._waiting.lstrip(b"\0")
        if not self._waiting:
            return False
        self._members += 1
        if self._members > MEMBERS:
            raise self._refused(f"the archive has more than {MEMBERS:,} compressed parts", "pack it again in one go")
        self._member = zlib.decompressobj(wbits=31)
        return True

    def _inflated(self, count: int) -> bytes:
        assert self._member is not None
        try:
            data = self._member.decompress(self._waiting, count)
        except zlib.error as error:
            raise self._refused(f"the archive is damaged: {error}", "pack it again, or send it again") from error
        self._waiting = self._member.unconsumed_tail
        if self._member.eof:
            self._waiting, self._member = self._member.unused_data, None
        return data

    def _refused(self, what: str, do: str) -> SubmissionError:
        return SubmissionError(f"{self._source}: {what}", do)
