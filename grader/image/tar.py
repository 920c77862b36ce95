"""A lean reader of tar members: ustar, GNU and PAX names, numbers, hard links and sparse files, forwards only.

Formats: POSIX.1-2017 `pax` (ustar and pax headers), and the GNU tar manual, "Basic Tar Format" and "Storing Sparse
Files".
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from grader.errors import ImageError
from grader.image import sparse
from grader.image.header import BLOCK, is_header, number_of, pax_records, text_of
from grader.image.stream import CHUNK, FileStream, Stream

_END = bytes(BLOCK)
_HEADER_ONLY = frozenset(b"123456")
_EXTENSIONS = frozenset(b"LKxXg")
_OLD_SPARSE = b"S"[0]
_EXTENDED_MAX = 1 << 20
_OWNER_MAX = 1 << 32
_KNOWN_MAX = 4096
_NUMBER_MAX = 1 << 62
_ZEROS = memoryview(bytes(CHUNK))

FILE, HARD_LINK, SYMLINK, CHARACTER, BLOCK_DEVICE, FOLDER, FIFO = b"0123456"


class Member(msgspec.Struct, gc=False):
    """One member: `type` is one of the constants above, or another byte for what has no meaning here.

    `stored` is the number of bytes that follow in the archive; they differ from `size` in a sparse file only, whose
    data stand at the (offset, length) of `sparse`. `attributes` are the extended ones, sorted.
    """

    name: str
    type: int
    size: int
    stored: int
    mode: int
    uid: int
    gid: int
    modified: int
    target: str
    attributes: tuple[tuple[str, str], ...] = ()
    sparse: tuple[tuple[int, int], ...] | None = None
    padding: int = 0


class TarReader:
    """Reads the members of a tar from `stream`; `complete` says whether its end mark was seen.

    After each member its contents are read with `contents` (or are left, and the next `member` skips them).
    """

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.complete = False
        self._known: dict[bytes, tuple[int, int, int]] = {}
        self._times: dict[bytes, int] = {}
        self._unread = 0

    def member(self) -> Member | None:
        """The next member, or None at the end; raises ImageError for what is no tar or is cut short."""
        self.done()
        pax: list[tuple[str, str]] = []
        name = target = None
        while True:
            block = self.stream.take(BLOCK)
            if len(block) < BLOCK or block == _END:
                self.complete = len(block) == BLOCK
                if block and not self.complete:
                    raise ImageError(f"cut short in a tar header, after {self.stream.position:,} bytes")
                return None
            if not is_header(block):
                at = self.stream.position - BLOCK
                raise ImageError(f"not a tar header at byte {at:,}: its checksum is wrong")
            kind = block[156]
            if kind not in _EXTENSIONS:
                return self._finished(self._plain(block, name, target), pax, block)
            if kind in b"LK":
                text = text_of(self._extended(block).split(b"\0", 1)[0])
                name, target = (text, target) if kind == b"L"[0] else (name, text)
            elif kind in b"xX":
                pax = pax_records(self._extended(block))
            else:
                self._extended(block)

    def contents(self, member: Member) -> Iterator[memoryview]:
        """The bytes of a file in pieces, the holes of a sparse file as zeros; the member that was read last."""
        self._unread = member.padding
        if member.sparse is None:
            yield from self.stream.pour(member.stored)
            return
        at = 0
        for offset, length in (*member.sparse, (member.size, 0)):
            while at < offset:
                step = min(offset - at, CHUNK)
                yield _ZEROS[:step]
                at += step
            yield from self.stream.pour(length)
            at += length

    def part(self, member: Member) -> Stream:
        """The contents of a file as a stream of its own, to be read before the next member."""
        if isinstance(self.stream, FileStream) and member.sparse is None:
            self._unread = member.padding
            return self.stream.part(member.stored)
        return Stream(self.contents(member))

    def leave(self, member: Member) -> None:
        """Pass over the contents of a file."""
        self._unread = member.padding
        self.stream.skip(member.stored)

    def small(self, member: Member) -> memoryview | None:
        """All the bytes of a file at once where that needs no copy, else None (and nothing is read)."""
        if member.sparse is not None:
            return None
        view = self.stream.view(member.stored)
        if view is not None:
            self._unread = member.padding
        return view

    def done(self) -> None:
        """Leave the contents of the last member behind."""
        if self._unread:
            unread, self._unread = self._unread, 0
            if self.stream.view(unread) is None:
                self.stream.skip(unread)

    def _plain(self, block: bytes, name: str | None, target: str | None) -> Member:
        kind = block[156]
        size = self._number(block[124:136])
        if name is None:
            raw = block[:100].split(b"\0", 1)[0]
            if block[257:263] == b"ustar\0":
                prefix = block[345:476] if block[508:512] == b"tar\0" else block[345:500]
                if prefix[0]:
                    raw = prefix.split(b"\0", 1)[0] + b"/" + raw
            name = text_of(raw)
        if target is None:
            target = text_of(block[157:257].split(b"\0", 1)[0]) if kind in b"12" else ""
        if kind in b"\x007":
            kind = FOLDER if kind == 0 and name.endswith("/") else FILE
        stored = 0 if kind in _HEADER_ONLY else size
        mode, uid, gid = self._rights(block[100:124])
        return Member(name, kind, stored, stored, mode & 0o7777, uid, gid, self._time(block[136:148]), target)

    def _finished(self, member: Member, pax: list[tuple[str, str]], block: bytes) -> Member:
        """The member with all that its PAX records and its sparse map say."""
        if pax:
            self._amend(member, pax)
        if not (0 <= member.uid < _OWNER_MAX and 0 <= member.gid < _OWNER_MAX and member.stored < _NUMBER_MAX):
            raise ImageError(f"{member.name}: its owner or its size is not a possible number")
        if not -_NUMBER_MAX < member.modified < _NUMBER_MAX:
            raise ImageError(f"{member.name}: its time is not a possible number")
        if member.sparse is None and member.type == _OLD_SPARSE:
            member.size = self._number(block[483:495])
            member.sparse, member.type = sparse.old_gnu(block, self.stream), FILE
        if member.sparse is not None:
            sparse.check(member.sparse, member.size, member.stored)
        member.padding = -member.stored % BLOCK
        self._unread = member.stored + member.padding
        return member

    def _amend(self, member: Member, records: list[tuple[str, str]]) -> None:
        """Let PAX records overrule the header."""
        pax = dict(records)
        member.name = pax.get("path", member.name)
        member.target = pax.get("linkpath", member.target)
        try:
            if "size" in pax and member.type not in _HEADER_ONLY:
                member.size = member.stored = int(pax["size"])
            member.uid, member.gid = int(pax.get("uid", member.uid)), int(pax.get("gid", member.gid))
            member.modified = int(float(pax.get("mtime", member.modified)))
        except (ValueError, OverflowError) as error:
            raise ImageError(f"{member.name}: a PAX record is not a number ({error})") from error
        if member.stored < 0:
            raise ImageError(f"{member.name}: a size below zero")
        member.attributes = tuple(sorted(pair for pair in pax.items() if pair[0].startswith("SCHILY.xattr.")))
        if any(key.startswith("GNU.sparse.") for key in pax):
            found = sparse.from_pax(records, self.stream, member.stored)
            if found is not None:
                member.sparse, member.size, member.stored = found.segments, found.size, found.stored
                member.name = pax.get("GNU.sparse.name", member.name)

    def _extended(self, block: bytes) -> bytes:
        size = self._number(block[124:136])
        if size > _EXTENDED_MAX:
            raise ImageError(f"an extended tar header of {size:,} bytes, more than {_EXTENDED_MAX:,}")
        data = self.stream.take(size)
        if len(data) < size:
            raise ImageError("cut short in an extended tar header")
        self.stream.skip(-size % BLOCK)
        return data

    def _rights(self, fields: bytes) -> tuple[int, int, int]:
        """Mode, user and group; few combinations occur, and each is worked out once."""
        rights = self._known.get(fields)
        if rights is None:
            if len(self._known) > _KNOWN_MAX:
                self._known.clear()
            rights = self._known[fields] = (number_of(fields[:8]), number_of(fields[8:16]), number_of(fields[16:]))
        return rights

    def _time(self, field: bytes) -> int:
        """The same for times, which a whole layer often shares."""
        seconds = self._times.get(field)
        if seconds is None:
            if len(self._times) > _KNOWN_MAX:
                self._times.clear()
            seconds = self._times[field] = number_of(field)
        return seconds

    def _number(self, field: bytes) -> int:
        number = number_of(field)
        if not 0 <= number < _NUMBER_MAX:
            raise ImageError(f"a tar header has the size {number}")
        return number
