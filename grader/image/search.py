"""Where in an image's layers a text or a whole file is stored, whether or not it still shows in the end."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import islice
from typing import IO, BinaryIO, cast

import msgspec

from grader.errors import ImageError
from grader.image import tar
from grader.image.header import BLOCK, is_header
from grader.image.layer import clean_path
from grader.image.limits import Budget, Limits
from grader.image.manifest import find
from grader.image.stream import CHUNK, Stream, chunks_of, gunzipped

MOST = 50
PACKED_BYTES = 16 << 20
UNPACKED_BYTES = 64 << 20
_GZIP = b"\x1f\x8b"


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One place: `sought` is the text or the digest; `layer` counts from 0, the lowest; `path` is absolute."""

    sought: str
    layer: int
    path: str


def search(archive: IO[bytes], *, texts: Iterable[str] = (), digests: Iterable[str] = ()) -> tuple[Hit, ...]:
    """The places in the layers of a `docker save` archive, read once, at most MOST a layer.

    A text is found in files' contents and names, links' targets and extended attributes, as it is, in base64 and in
    hexadecimal; and so in the first UNPACKED_BYTES of what a file of at most PACKED_BYTES holds compressed by gzip. A
    digest (sha256 in hexadecimal) is that of a file's contents. Raises ImageError for what is not one whole image.
    """
    budget = Budget(Limits())
    forms = {text: spellings(text) for text in texts}
    wanted = frozenset(digests)
    documents: dict[str, bytes] = {}
    layers: dict[str, list[tuple[str, str]]] = {}
    reader = tar.TarReader(Stream(chunks_of(cast("BinaryIO", archive))))
    while member := reader.member():
        if member.type != tar.FILE:
            continue
        name = clean_path(member.name)
        part = Stream(reader.contents(member))
        start = part.peek(BLOCK)
        if start[:2] == _GZIP:
            layers[name] = _in_layer(Stream(gunzipped(part.rest())), forms, wanted, budget)
        elif is_header(start):
            layers[name] = _in_layer(part, forms, wanted, budget)
        elif start.lstrip()[:1] in (b"{", b"[") and member.size <= budget.limits.json:
            budget.spend_document(member.size)
            documents[name] = part.take(member.size)
        for _ in part.rest():
            pass
    names = find(documents, "linux").layers
    return tuple(
        Hit(sought=sought, layer=number, path=path)
        for number, name in enumerate(names)
        for sought, path in layers.get(clean_path(name), ())
    )


def spellings(text: str) -> tuple[bytes, ...]:
    """The text as bytes, as hexadecimal, and what base64 makes of it, wherever in the encoded text it begins."""
    data = text.encode()
    # Of three bytes base64 makes four characters; those at the edges depend on the neighbours too, and are left out.
    encoded = [b64encode(b"\0" * lead + data) for lead in range(3)]
    cores = [code[(lead * 8 + 5) // 6 : (lead + len(data)) * 8 // 6] for lead, code in enumerate(encoded)]
    return (data, data.hex().encode(), *(core for core in cores if len(core) >= 8))


def _in_layer(
    stream: Stream, forms: Mapping[str, tuple[bytes, ...]], digests: frozenset[str], budget: Budget
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    reader = tar.TarReader(stream)
    while member := reader.member():
        path = clean_path(member.name)
        budget.spend_path(path, member.size)
        about = "\n".join((path, member.target, *(value for _, value in member.attributes))).encode()
        here = {text for text, many in forms.items() if any(form in about for form in many)}
        if member.type == tar.FILE:
            here |= _in_contents(reader, member, forms, digests)
        found += [(sought, f"/{path}") for sought in sorted(here)][: MOST - len(found)]
    for piece in stream.rest():
        budget.spend_bytes(len(piece))
    return found


def _in_contents(
    reader: tar.TarReader, member: tar.Member, forms: Mapping[str, tuple[bytes, ...]], digests: frozenset[str]
) -> set[str]:
    contents = Stream(reader.contents(member))
    packed = contents.peek(2) == _GZIP and member.size <= PACKED_BYTES
    pieces = (contents.take(member.size),) if packed else contents.rest()
    digest = sha256()
    found = _texts_in(pieces, forms, digest.update if digests else None)
    if digests and digest.hexdigest() in digests:
        found.add(digest.hexdigest())
    if packed and forms:
        found |= _texts_in(_unpacked(pieces), forms)
    return found


def _texts_in(
    pieces: Iterable[bytes | memoryview],
    forms: Mapping[str, tuple[bytes, ...]],
    look: Callable[[bytes | memoryview], None] | None = None,
) -> set[str]:
    longest = max((len(form) for many in forms.values() for form in many), default=1)
    found: set[str] = set()
    tail = b""
    for piece in pieces:
        data = tail + bytes(piece)
        found |= {text for text, many in forms.items() if any(form in data for form in many)}
        tail = data[len(data) - longest + 1 :] if longest > 1 else b""
        if look:
            look(piece)
    return found


def _unpacked(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """What was compressed, as far as it can be read: a damaged file keeps no secret behind the damage."""
    try:
        yield from islice(gunzipped(pieces), UNPACKED_BYTES // CHUNK)
    except ImageError:
        return
