"""A zip archive as entries: stored and deflated files only, every name decoded strictly."""

from __future__ import annotations

import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from grader.errors import SubmissionError
from grader.submission import names
from grader.submission.tree import Entry

CHUNK = 1 << 16
_RECORD = b"PK\x01\x02"
_UTF8 = 0x800
_ENCRYPTED = 0x1
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, IndexError,
    NotImplementedError, RuntimeError, OverflowError, OSError,
)  # fmt: skip


def entries(file: BinaryIO, *, source: str, most: int) -> Iterator[Entry]:
    """The entries of the zip archive `file`; more than `most` records of files are refused before any is read."""
    if _records(file) > most:
        raise SubmissionError(f"{source}: the archive lists more than {most:,} files", "hand in only what is needed")
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGE as error:
        raise _damaged(source, "", error) from error
    with archive:
        for info in archive.infolist():
            name = _name(info, source)
            if name.split("/")[0] != "__MACOSX":
                yield _entry(archive, info, name, source)


def _records(file: BinaryIO) -> int:
    # zipfile builds an object for each record before it can be asked; counting their marks first keeps that bounded.
    count, kept = 0, b""
    file.seek(0)
    while chunk := file.read(1 << 20):
        count += (kept + chunk).count(_RECORD)
        kept = chunk[-3:]
    file.seek(0)
    return count


def _name(info: zipfile.ZipInfo, source: str) -> str:
    if info.flag_bits & _UTF8:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode()
    except UnicodeError:
        shown = names.shown(info.orig_filename)
        raise SubmissionError(
            f"{source}: {shown}: the name is not UTF-8", "give it a name in plain letters and pack it again"
        ) from None


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, source: str) -> Entry:
    where, mode = f"{source}: {names.shown(name)}", info.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        word = "a link" if kind == stat.S_IFLNK else "neither a file nor a folder"
        raise SubmissionError(f"{where}: it is {word}", "pack files and folders only")
    if info.flag_bits & _ENCRYPTED:
        raise SubmissionError(f"{where}: it is locked with a password", "pack it again without one")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SubmissionError(f"{where}: it is compressed in an unusual way", "pack it again with ordinary compression")
    modified = _modified(info)
    if kind == stat.S_IFDIR or name.endswith("/"):
        return Entry(path=name, kind="folder", modified_ns=modified)
    return Entry(
        path=name,
        kind="file",
        size=info.file_size,
        executable=bool(mode & 0o111),
        modified_ns=modified,
        chunks=lambda: _chunks(archive, info, source, name),
    )


def _modified(info: zipfile.ZipInfo) -> int | None:
    try:
        return int(time.mktime((*info.date_time, 0, 0, -1))) * 1_000_000_000
    except (ValueError, OverflowError):
        return None


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: str, name: str) -> Iterator[bytes]:
    try:
        with archive.open(info) as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except _DAMAGE as error:
        raise _damaged(source, name, error) from error


def _damaged(source: str, name: str, error: Exception) -> SubmissionError:
    where = f"{source}: {names.shown(name)}" if name else source
    return SubmissionError(f"{where}: the archive is damaged: {names.shown(str(error))}", "pack it again")
