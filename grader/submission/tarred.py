"""A tar archive as entries, read from front to back by our own reader: a header, its contents, the next.

Formats: ustar and pax (POSIX.1-2017, "pax"), and GNU long names. Contents are counted while they are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from grader.errors import SubmissionError
from grader.submission import names
from grader.submission.tree import Entry

BLOCK = 512
CHUNK = 1 << 16
EXTENSION_BYTES = 1 << 20

_REFUSED = {
    b"1": "a hard link",
    b"2": "a link",
    b"3": "a device",
    b"4": "a device",
    b"6": "a named pipe",
    b"S": "a sparse file",
}


class Stream(Protocol):
    """What is read from: at most `count` bytes at a time, none at the end."""

    def read(self, count: int, /) -> bytes:
        """The next bytes."""
        ...


def looks_like_header(block: bytes) -> bool:
    """Whether `block` is a tar header: 512 bytes with the right checksum."""
    if len(block) < BLOCK:
        return False
    try:
        told = _number(block[148:156])
    except ValueError:
        return False
    return told == sum(block[:148]) + 8 * 0x20 + sum(block[156:BLOCK])


def entries(stream: Stream, *, source: str, most_bytes: int, most_entries: int) -> Iterator[Entry]:
    """The entries of the tar archive `stream`; refused where more than `most_bytes` or `most_entries` would be read."""
    reader = _Reader(stream, source, most_bytes)
    extension: dict[str, bytes] = {}
    for _ in range(most_entries):
        header = reader.header()
        if not header.strip(b"\0"):
            return
        kind, size = header[156:157], reader.number(header[124:136], extension.get("size"))
        if kind in (b"x", b"X"):
            extension |= reader.records(reader.whole(size))
        elif kind == b"L":
            extension["path"] = reader.whole(size).split(b"\0")[0]
        elif kind in (b"g", b"K", b"V"):
            reader.skip(size + -size % BLOCK)
        else:
            folder_size = 0 if kind == b"5" else size
            body = _Body(reader, folder_size)
            entry = _entry(header, extension, body, source)
            if entry.path not in (".", "./"):
                yield entry
            reader.skip(body.left + -folder_size % BLOCK)
            extension = {}
    raise reader.refuse(f"the archive lists more than {most_entries:,} files", "hand in only what is needed")


class _Reader:
    def __init__(self, stream: Stream, source: str, most: int) -> None:
        self._stream, self._source, self._most, self._left = stream, source, most, most

    def refuse(self, what: str, do: str = "pack it again, or send it again") -> SubmissionError:
        return SubmissionError(f"{self._source}: {what}", do)

    def header(self) -> bytes:
        block = self._read(BLOCK)
        if block and not (looks_like_header(block) or block == bytes(BLOCK)):
            raise self.refuse("this is not a tar archive, or it is damaged")
        return block

    def take(self, count: int) -> bytes:
        taken = self._read(count)
        if len(taken) < count:
            raise self.refuse("the archive ends in the middle of a file")
        return taken

    def whole(self, size: int) -> bytes:
        if size > EXTENSION_BYTES:
            raise self.refuse(f"a header is larger than {EXTENSION_BYTES:,} bytes")
        return self.take(size + -size % BLOCK)[:size]

    def skip(self, count: int) -> None:
        while count:
            count -= len(self.take(min(count, CHUNK)))

    def number(self, field: bytes, better: bytes | None) -> int:
        try:
            return _number(field) if better is None else _decimal(better)
        except ValueError:
            raise self.refuse("a size in the archive is not a number") from None

    def records(self, data: bytes) -> dict[str, bytes]:
        found, at = {}, 0
        while at < len(data):
            space = data.find(b" ", at, at + 20)
            try:
                end = at + _decimal(data[at : max(space, at)])
                key, equals, value = data[space + 1 : end - 1].partition(b"=")
            except ValueError:
                equals = b""
            if not equals or end <= space or end > len(data):
                raise self.refuse("a header in the archive is damaged")
            if key.startswith(b"GNU.sparse."):
                raise self.refuse("it holds a sparse file", "pack it again without --sparse")
            found[key.decode(errors="replace")] = value
            at = end
        return found

    def _read(self, count: int) -> bytes:
        self._left -= count
        if self._left < 0:
            raise self.refuse(
                f"the archive unpacks to more than {self._most:,} bytes",
                "hand in only what the image needs; leave folders such as .git and node_modules out",
            )
        taken = b""
        while len(taken) < count and (part := self._stream.read(count - len(taken))):
            taken += part
        return taken


class _Body:
    def __init__(self, reader: _Reader, size: int) -> None:
        self._reader, self.left = reader, size

    def chunks(self) -> Iterator[bytes]:
        while self.left:
            chunk = self._reader.take(min(self.left, CHUNK))
            self.left -= len(chunk)
            yield chunk


def _number(field: bytes) -> int:
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.split(b"\0")[0].strip(b" ")
    if digits.strip(b"01234567"):
        raise ValueError(field)
    return int(digits or b"0", 8)


def _decimal(digits: bytes) -> int:
    if not digits.isdigit() or len(digits) > 20:
        raise ValueError(digits)
    return int(digits)


def _entry(header: bytes, extension: dict[str, bytes], body: _Body, source: str) -> Entry:
    name, kind = _name(header, extension, source), header[156:157]
    where = f"{source}: {names.shown(name)}"
    if kind in _REFUSED:
        raise SubmissionError(f"{where}: it is {_REFUSED[kind]}", "pack files and folders only")
    if kind not in (b"0", b"\0", b"7", b"5"):
        raise SubmissionError(f"{where}: it is neither a file nor a folder", "pack files and folders only")
    modified = _modified(header, extension)
    if kind == b"5" or name.endswith("/"):
        return Entry(path=name, kind="folder", modified_ns=modified)
    executable = bool(_mode(header) & 0o111)
    return Entry(
        path=name, kind="file", size=body.left, executable=executable, modified_ns=modified, chunks=body.chunks
    )


def _name(header: bytes, extension: dict[str, bytes], source: str) -> str:
    raw = extension.get("path", header[:100].split(b"\0")[0])
    prefix = header[345:500].split(b"\0")[0]
    if "path" not in extension and header[257:263] == b"ustar\0" and prefix:
        raw = prefix + b"/" + raw
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        shown = names.shown(raw.decode(errors="backslashreplace"))
        raise SubmissionError(
            f"{source}: {shown}: the name is not UTF-8", "give it a name in plain letters and pack it again"
        ) from None
    return name[2:] if name.startswith("./") and name != "./" else name


def _mode(header: bytes) -> int:
    try:
        return _number(header[100:108])
    except ValueError:
        return 0


def _modified(header: bytes, extension: dict[str, bytes]) -> int | None:
    try:
        if "mtime" in extension:
            whole, _, part = extension["mtime"].partition(b".")
            return _decimal(whole) * 1_000_000_000 + (_decimal(part[:9].ljust(9, b"0")) if part else 0)
        return _number(header[136:148]) * 1_000_000_000
    except ValueError:
        return None
