"""One layer's tar as an index: what it stores, and which paths of the layers below it hides."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from fnmatch import translate
from functools import partial
from hashlib import sha256
from re import compile as pattern

import msgspec

from grader.errors import ImageError
from grader.image import tar
from grader.image.entry import NO_CHILDREN, Entry, LayerIndex
from grader.image.limits import Budget
from grader.image.search import MOST, Sought
from grader.image.stream import CHUNK, FileStream, Stream
from grader.model.image import FileKind

Keep = Callable[[str], bool]

LARGE = CHUNK
"""Contents of more bytes are passed over in an archive that can be read again, until somebody asks for their digest."""

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_WHITEOUT_META = ".wh..wh."
_KINDS: dict[int, FileKind] = {
    tar.FILE: "file",
    tar.SYMLINK: "link",
    tar.FOLDER: "folder",
    tar.CHARACTER: "device",
    tar.BLOCK_DEVICE: "device",
    tar.FIFO: "fifo",
}


class Reading(msgspec.Struct, frozen=True):
    """What all layers of one archive share: the budget, whose contents are kept, and what is looked for in them."""

    budget: Budget
    keep: Keep | None = None
    keep_bytes: int = 0
    sought: Sought | None = None


def index_of(stream: Stream, reading: Reading) -> LayerIndex:
    """Read a layer's tar to its end.

    The contents of files whose absolute path `keep` accepts, up to `keep_bytes` each, stay in memory. Raises ImageError
    for what is no tar, is cut short, leaves the root, or goes beyond the budget.
    """
    index = LayerIndex()
    reader = tar.TarReader(stream)
    sought = reading.sought
    while member := reader.member():
        path = clean_path(member.name)
        reading.budget.spend_path(path, member.size)
        here = sought.named(path, member) if sought else set()
        folder, _, name = path.rpartition("/")
        if name.startswith(_WHITEOUT):
            if name == _OPAQUE:
                index.opaque.append(folder)
            elif not name.startswith(_WHITEOUT_META) and name[len(_WHITEOUT) :] not in ("", ".", ".."):
                hidden = name[len(_WHITEOUT) :]
                index.deleted.append(f"{folder}/{hidden}" if folder else hidden)
        elif member.type == tar.HARD_LINK:
            _link(index, path, clean_path(member.target))
        elif member.type in _KINDS:
            index.add(path, _entry(reader, member, path, reading, here))
        if here:
            index.hits += [(what, f"/{path}") for what in sorted(here)][: MOST - len(index.hits)]
    return index


def _entry(reader: tar.TarReader, member: tar.Member, path: str, reading: Reading, here: set[str]) -> Entry:
    """What a member is; what its contents hold of what is looked for comes to `here`."""
    kind = _KINDS[member.type]
    children = {} if kind == "folder" else NO_CHILDREN
    entry = Entry(kind, children, 0, member.mode, member.uid, member.gid, member.modified)
    if kind == "link":
        entry.target = member.target
    elif kind == "file":
        entry.size = member.size
        keep = reading.keep
        wanted = keep is not None and member.size <= reading.keep_bytes and keep("/" + path)
        wanted = wanted and reading.budget.keep(member.size)
        stream = reader.stream
        sought = reading.sought
        view = None if sought and sought.forms else reader.small(member)
        if sought and sought.forms:
            seen, kept = sha256(), bytearray()

            def look(piece: bytes | memoryview) -> None:
                seen.update(piece)
                kept.extend(piece if wanted else b"")

            here |= sought.held(reader.contents(member), member.size, look)
            entry.known, entry.data = seen.digest(), bytes(kept) if wanted else None
        elif view is not None:
            entry.known = sha256(view).digest()
            entry.data = view.tobytes() if wanted else None
        elif not sought and isinstance(stream, FileStream) and not member.sparse and member.size > LARGE and not wanted:
            entry.unread = partial(_digest_at, stream.name, stream.offset, member.size)
            reader.leave(member)
        else:
            entry.known, entry.data = _digest(reader.contents(member), wanted)
        if sought:
            here |= sought.digest(entry.known)
    if member.attributes:
        entry.attributes = sha256(repr(member.attributes).encode()).digest()
    return entry


def _digest(pieces: Iterable[memoryview], wanted: bool) -> tuple[bytes, bytes | None]:
    seen, kept = sha256(), []
    for piece in pieces:
        seen.update(piece)
        if wanted:
            kept.append(piece.tobytes())
    return seen.digest(), b"".join(kept) if wanted else None


def _digest_at(path: str, offset: int, size: int) -> bytes:
    """The digest of `size` bytes of a file that was read before, from its byte `offset` on."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            return _digest(FileStream(file, offset).pour(size), wanted=False)[0]
    except OSError as error:
        raise ImageError(f"{path}: it cannot be read any more: {error.strerror or error}") from error


def _link(index: LayerIndex, path: str, target: str) -> None:
    entry = index.stored.get(target)
    if entry is None:
        index.stored.pop(path, None)
        index.borrowed[path] = target
    elif entry.kind == "folder":
        raise ImageError(f"/{path} is a hard link to the folder /{target}")
    elif path != target:
        index.add(path, entry)


def clean_path(name: str) -> str:
    """A member's name as a path below the root, without a leading slash; raises ImageError where it leaves the root."""
    path = name.removeprefix("./").removesuffix("/")
    if not path or path[0] == "/" or "//" in path or "./" in path or path[-1] == ".":
        path = posixpath.normpath("/" + path).lstrip("/") if ".." not in path else posixpath.normpath(path.lstrip("/"))
        if path == ".." or path.startswith("../"):
            raise ImageError(f"{name!r} leaves the root of the image")
        path = "" if path == "." else path
    if len(path) > 4096:
        raise ImageError(f"a path of {len(path):,} characters, more than Linux has room for: {path[:60]}…")
    return path


def keeper(keep: Iterable[str] | Keep | None) -> Keep | None:
    """A test of absolute paths from shell patterns (`*` also matches a slash), or the test that was given."""
    if keep is None or callable(keep):
        return keep
    patterns = list(keep)
    if not patterns:
        return None
    matches = pattern("|".join(translate(glob) for glob in patterns)).match
    return lambda path: matches(path) is not None
