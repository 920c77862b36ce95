"""The beginning of one file of an image, read without starting anything and without saving the image."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from typing import Any

import msgspec

from grader.engine.containers import remove
from grader.engine.sdk import answers
from grader.errors import EngineError, UsageError

HEAD = 1 << 20
_TAR_HEADERS = 64 << 10
_LINKS = 20
_FOLDER, _LINK, _OTHER = 1 << 31, 1 << 27, (1 << 26) | (1 << 25) | (1 << 24) | (1 << 21) | (1 << 19)


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A regular file, links followed: its path, its size in bytes, and its first HEAD bytes."""

    path: str
    size: int
    data: bytes


def read_head(api: Any, image: str, path: str, labels: Mapping[str, str]) -> Head | None:
    """The beginning of the file at `path` of the image; None where there is no regular file."""
    with answers():
        # Never started; an image that starts nothing by itself needs a command all the same.
        container = api.create_container(image, command=["none"], labels=dict(labels), network_disabled=True)["Id"]
    try:
        for _ in range(_LINKS):
            try:
                with answers():
                    stream, stat = api.get_archive(container, path)
            except UsageError:
                return None
            try:
                if stat["mode"] & _LINK:
                    path = stat["linkTarget"]
                    continue
                if stat["mode"] & (_FOLDER | _OTHER):
                    return None
                return Head(path=path, size=stat["size"], data=_first(stream))
            finally:
                stream.close()
        return None
    finally:
        remove(api, container)


def _first(stream: Any) -> bytes:
    """The first bytes of the only file of a tar that comes in pieces."""
    held = bytearray()
    with answers():
        for piece in stream:
            held += piece
            if len(held) >= HEAD + _TAR_HEADERS:
                break
    try:
        with tarfile.open(fileobj=io.BytesIO(held), mode="r:") as archive:
            member = archive.next()
    except tarfile.TarError as error:
        raise EngineError(f"The engine sent a file in an archive that cannot be read: {error}.") from error
    if member is None:
        return b""
    return bytes(held[member.offset_data : member.offset_data + min(member.size, HEAD)])
