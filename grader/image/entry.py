"""What a path is while layers are stacked, and what one layer stores and hides."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from grader.model.image import ChangeKind, FileKind


class Entry(msgspec.Struct, eq=False, gc=False):
    """A file, folder or link while layers are stacked; the names of one hard-linked file share one entry.

    `names` counts the paths under which it shows, `layer` is the index of the layer that stores it. `digest` is the
    SHA-256 of a file's contents, `known` or, for a large file of an archive that can be read again, yet `unread`.
    """

    kind: FileKind
    children: dict[str, Entry]
    size: int = 0
    mode: int = 0o755
    uid: int = 0
    gid: int = 0
    modified: int = 0
    target: str = ""
    known: bytes = b""
    attributes: bytes = b""
    data: bytes | None = None
    layer: int = -1
    names: int = 0
    first: str = ""
    unread: Callable[[], bytes] | None = None

    @property
    def digest(self) -> bytes:
        """The SHA-256 of a file's contents; raises ImageError where they cannot be read any more."""
        if self.unread is not None:
            self.known, self.unread = self.unread(), None
        return self.known

    def copy(self) -> Entry:
        """A fresh entry that stores the same and shows nowhere yet."""
        children = {} if self.kind == "folder" else NO_CHILDREN
        return msgspec.structs.replace(self, layer=-1, names=0, children=children)


NO_CHILDREN: dict[str, Entry] = {}


class LayerIndex:
    """Paths without a leading slash: what a layer stores, deletes, and which folders it makes opaque.

    `borrowed` are hard links to files that only a layer below can have: path -> path. `hits` are pairs of what was
    looked for and the path of a member that holds it, also of one that a later member replaces.
    """

    __slots__ = ("borrowed", "deleted", "hits", "opaque", "stored")

    def __init__(self) -> None:
        self.stored: dict[str, Entry] = {}
        self.deleted: list[str] = []
        self.opaque: list[str] = []
        self.borrowed: dict[str, str] = {}
        self.hits: list[tuple[str, str]] = []

    def copy(self) -> LayerIndex:
        """The same index with entries of its own, for a layer that is stacked more than once."""
        twin = LayerIndex()
        twin.deleted, twin.opaque, twin.borrowed = self.deleted, self.opaque, self.borrowed
        twin.hits = self.hits
        made: dict[int, Entry] = {}
        for path, entry in self.stored.items():
            twin.stored[path] = made.get(id(entry)) or made.setdefault(id(entry), entry.copy())
        return twin

    def add(self, path: str, entry: Entry) -> None:
        """The later of two members with one path counts, and counts where it stands."""
        self.stored.pop(path, None)
        self.borrowed.pop(path, None)
        self.stored[path] = entry


def difference(before: Entry, after: Entry) -> ChangeKind | None:
    """The weightiest difference between what a path showed and what it shows; None for a folder that is as it was."""
    if before.kind != after.kind:
        return "replaced"
    if (before.size, before.target) != (after.size, after.target) or before.digest != after.digest:
        return "contents"
    if (before.uid, before.gid) != (after.uid, after.gid):
        return "owner"
    if before.mode != after.mode:
        return "mode"
    if before.attributes != after.attributes:
        return "attributes"
    if after.kind == "folder":
        return None
    return "time" if before.modified != after.modified else "same"


def new_folder(mode: int = 0o755, uid: int = 0, gid: int = 0) -> Entry:
    """An empty folder; without arguments as engines make one that no layer names."""
    return Entry("folder", {}, 0, mode, uid, gid)
