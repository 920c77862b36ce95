"""Where in an image's layers a text or a whole file is stored, whether or not it still shows in the end."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import msgspec

from grader.errors import ImageError
from grader.image.stream import CHUNK, Stream, gunzipped
from grader.image.tar import Member

MOST = 50
PACKED_BYTES = 16 << 20
UNPACKED_BYTES = 64 << 20
_GZIP = b"\x1f\x8b"


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One place: `sought` is the text or the digest; `layer` counts from 0, the lowest; `path` is absolute."""

    sought: str
    layer: int
    path: str


class Sought:
    """What is looked for while an archive is read; at most MOST places of each layer are told.

    A text is found in files' contents and names, links' targets and extended attributes, as it is, in base64 and in
    hexadecimal; and so in the first UNPACKED_BYTES of what a file of at most PACKED_BYTES holds compressed by gzip. A
    digest (sha256 in hexadecimal) is that of a file's contents.
    """

    def __init__(self, texts: Iterable[str] = (), digests: Iterable[str] = ()) -> None:
        self.forms = {text: spellings(text) for text in texts}
        self._digests = {bytes.fromhex(digest): digest for digest in digests}
        self._longest = max((len(form) for many in self.forms.values() for form in many), default=1)

    def __bool__(self) -> bool:
        return bool(self.forms or self._digests)

    def named(self, path: str, member: Member) -> set[str]:
        """The texts in what a layer says of a member, its contents aside."""
        if not self.forms:
            return set()
        about = "\n".join((path, member.target, *(value for _, value in member.attributes))).encode()
        return self._in(about)

    def digest(self, known: bytes) -> set[str]:
        """The digest in hexadecimal, where it is one that is looked for."""
        return {self._digests[known]} if known in self._digests else set()

    def held(
        self, contents: Iterable[bytes | memoryview], size: int, look: Callable[[bytes | memoryview], None]
    ) -> set[str]:
        """The texts in a file's contents of `size` bytes; `look` is given all of these, piece by piece."""
        stream = Stream(contents)
        packed = stream.peek(2) == _GZIP and size <= PACKED_BYTES
        pieces = (stream.take(size),) if packed else stream.rest()
        found = self._texts_in(pieces, look)
        return found | self._texts_in(_unpacked(pieces)) if packed else found

    def _texts_in(
        self, pieces: Iterable[bytes | memoryview], look: Callable[[bytes | memoryview], None] | None = None
    ) -> set[str]:
        found: set[str] = set()
        tail = b""
        for piece in pieces:
            data = tail + bytes(piece)
            found |= self._in(data)
            tail = data[len(data) - self._longest + 1 :] if self._longest > 1 else b""
            if look:
                look(piece)
        return found

    def _in(self, data: bytes) -> set[str]:
        return {text for text, many in self.forms.items() if any(form in data for form in many)}


def spellings(text: str) -> tuple[bytes, ...]:
    """The text as bytes, as hexadecimal, and what base64 makes of it, wherever in the encoded text it begins."""
    data = text.encode()
    # Of three bytes base64 makes four characters; those at the edges depend on the neighbours too, and are left out.
    encoded = [b64encode(b"\0" * lead + data) for lead in range(3)]
    cores = [code[(lead * 8 + 5) // 6 : (lead + len(data)) * 8 // 6] for lead, code in enumerate(encoded)]
    return (data, data.hex().encode(), *(core for core in cores if len(core) >= 8))


def _unpacked(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """What was compressed, as far as it can be read: a damaged file keeps no secret behind the damage."""
    try:
        yield from islice(gunzipped(pieces), UNPACKED_BYTES // CHUNK)
    except ImageError:
        return
