"""Layers put on top of each other: what each changes, what it hides, and the tree that is left."""

from __future__ import annotations

from grader.errors import ImageError
from grader.image.entry import Entry, LayerIndex, difference, new_folder
from grader.image.largest import Largest
from grader.image.limits import Limits
from grader.model.image import Change, ChangeKind, Layer, Tally, Waste


class _Root:
    """A path that a layer deletes or makes opaque, with what it hides."""

    __slots__ = ("entry", "files", "size")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.files = 0
        self.size = 0


class Stack:
    """The tree of the layers so far; `apply` puts the next one on top."""

    def __init__(self, limits: Limits) -> None:
        self.root = new_folder()
        self.wasted_bytes = 0
        self._wasted_of: dict[int, int] = {}
        self._wasted: Largest[Waste] = Largest(limits.listed)
        self._nodes_left = limits.paths
        self._listed = limits.listed
        self._number = -1
        self._begin()

    @property
    def wasted_total(self) -> int:
        """How many files are wasted."""
        return self._wasted.total

    def wasted(self) -> tuple[Waste, ...]:
        """The largest of what no longer shows."""
        return self._wasted.items()

    def wasted_of(self) -> tuple[int, ...]:
        """For each layer so far the bytes of it that no longer show."""
        return tuple(self._wasted_of.get(number, 0) for number in range(self._number + 1))

    def apply(self, index: LayerIndex, diff_id: str, created_by: str) -> Layer:
        """Put a layer on top; its index must not be used again. Raises ImageError for a hard link that leads nowhere.

        Whiteouts concern the layers below only, wherever they stand in the layer's tar (OCI image specification,
        "Whiteouts"), so they come first.
        """
        self._number += 1
        self._begin()
        self._nodes_left -= len(index.stored)
        for path in index.deleted:
            self._hide(path, "deleted")
        for path in index.opaque:
            self._hide(path, "opaque")
        for path, entry in index.stored.items():
            self._put(path, entry)
        for path, target in index.borrowed.items():
            entry_below = self._find(target)
            if entry_below is None or entry_below.kind == "folder":
                raise ImageError(f"/{path} is a hard link to /{target}, which is no file of the image")
            self._put(path, entry_below)
        return self._summary(diff_id, created_by)

    def _begin(self) -> None:
        self._size = 0
        self._added = [0, 0]
        self._changed = [0, 0]
        self._gone: dict[str, Entry] = {}
        self._roots: dict[str, _Root] = {}
        self._changes: Largest[Change] = Largest(self._listed)
        self._folder_path, self._folder = "", self.root

    def _put(self, path: str, entry: Entry) -> None:
        """Let `path` show `entry`, over whatever it showed."""
        folder = self._folder_of(path)
        name = path.rpartition("/")[2]
        before = folder.children.get(name) if path else self.root
        if before is entry:
            return
        if before is not None and before.kind == entry.kind == "folder":
            self._update(path, before, entry)
            return
        if not path:
            raise ImageError("a layer has something else than a folder for its root")
        if before is None:
            before = self._gone.pop(path, None)
        else:
            self._drop(path, before)
        folder.children[name] = entry
        stored = 0
        if entry.kind == "folder":
            entry.layer = self._number
        else:
            entry.names += 1
            if entry.names == 1:
                entry.layer = self._number
                self._size += entry.size
                stored = entry.size
            tally = self._added if before is None or before.kind == "folder" else self._changed
            tally[0] += 1
            tally[1] += stored
        kind = "added" if before is None else difference(before, entry)
        if kind is not None:
            self._change(path, kind, stored, 0 if entry.kind == "folder" else 1, before, entry)
        if before is not None and before.kind != "folder" and entry.kind == "folder":
            self._gone[path] = before

    def _update(self, path: str, before: Entry, after: Entry) -> None:
        """A folder that was there is named again: its contents stay, its attributes are the new ones."""
        kind = difference(before, after)
        if kind is not None and before.layer >= 0:
            self._change(path, kind, 0, 0, before, after)
        if kind is not None or before.layer < 0:
            before.layer = self._number
        before.mode, before.uid, before.gid = after.mode, after.uid, after.gid
        before.attributes, before.modified = after.attributes, after.modified

    def _drop(self, path: str, entry: Entry) -> None:
        """Something else takes the place of `entry`."""
        if entry.kind == "folder":
            self._folder_path, self._folder = "", self.root
            self._bury(path, entry, _Root(entry))
        else:
            self._unlink(path, entry)

    def _hide(self, path: str, kind: ChangeKind) -> None:
        """A whiteout: the path itself is deleted, or (`opaque`) what a folder held."""
        entry = self._find(path)
        if entry is None or (kind == "opaque" and not entry.children) or not (path or kind == "opaque"):
            return
        root = self._roots[path] = _Root(entry)
        if kind == "deleted":
            folder, _, name = path.rpartition("/")
            parent = self._find(folder)
            assert parent is not None
            del parent.children[name]
            self._gone[path] = entry
            if entry.kind != "folder":
                root.files = 1
                root.size = self._unlink(path, entry)
        self._bury(path, entry, root)

    def _bury(self, path: str, folder: Entry, root: _Root) -> None:
        """Hide all that a folder holds."""
        waiting = [(path, folder)]
        while waiting:
            path, folder = waiting.pop()
            start = path + "/" if path else ""
            below, folder.children = folder.children, {}
            for name, entry in below.items():
                self._gone[start + name] = entry
                if entry.kind == "folder":
                    waiting.append((start + name, entry))
                else:
                    root.files += 1
                    root.size += self._unlink(start + name, entry)

    def _unlink(self, path: str, entry: Entry) -> int:
        """One name less; returns the bytes that no longer show because of it."""
        entry.names -= 1
        if entry.names:
            return 0
        if entry.layer == self._number:
            self._size -= entry.size
        elif entry.size:
            self.wasted_bytes += entry.size
            self._wasted_of[entry.layer] = self._wasted_of.get(entry.layer, 0) + entry.size
            if self._wasted.takes(1, entry.size):
                waste = Waste(path="/" + path, bytes=entry.size, added_in=entry.layer, hidden_in=self._number)
                self._wasted.add(1, entry.size, waste)
        return entry.size

    def _find(self, path: str) -> Entry | None:
        entry = self.root
        for name in path.split("/") if path else ():
            below = entry.children.get(name)
            if below is None:
                return None
            entry = below
        return entry

    def _folder_of(self, path: str) -> Entry:
        """The folder that holds `path`, made where no layer names it."""
        wanted = path.rpartition("/")[0]
        if wanted == self._folder_path:
            return self._folder
        folder, at = self.root, ""
        for name in wanted.split("/") if wanted else ():
            at = f"{at}/{name}" if at else name
            below = folder.children.get(name)
            if below is None or below.kind != "folder":
                self._nodes_left -= 1
                made = new_folder()
                if below is not None:
                    self._drop(at, below)
                    self._gone[at] = below
                    self._change(at, "replaced", 0, 0, below, made)
                folder.children[name] = below = made
            folder = below
        if self._nodes_left < 0:
            raise ImageError("more paths than an image can have")
        self._folder_path, self._folder = wanted, folder
        return folder

    def _summary(self, diff_id: str, created_by: str) -> Layer:
        lost = [entry for entry in self._gone.values() if entry.kind != "folder" and entry.layer != self._number]
        for path, root in self._roots.items():
            now = self._find(path)
            if now is None:
                self._change(path, "deleted", root.size, root.files, root.entry, None)
            elif now.kind == root.entry.kind == "folder":
                self._change(path, "opaque", root.size, root.files, root.entry, now)
        bytes_of = {id(entry): entry.size for entry in lost if not entry.names}
        return Layer(
            diff_id=diff_id,
            created_by=created_by,
            size=self._size,
            added=Tally(files=self._added[0], bytes=self._added[1]),
            changed=Tally(files=self._changed[0], bytes=self._changed[1]),
            deleted=Tally(files=len(lost), bytes=sum(bytes_of.values())),
            changes=self._changes.items(),
            changes_total=self._changes.total,
        )

    def _change(
        self, path: str, kind: ChangeKind, size: int, files: int, before: Entry | None, after: Entry | None
    ) -> None:
        weight = 0 if kind == "added" else 1
        if not self._changes.takes(weight, size):
            return
        change = Change(
            path="/" + path,
            kind=kind,
            size=size,
            files=files,
            mode_before=before.mode if before else None,
            mode=after.mode if after else None,
            owner_before=(before.uid, before.gid) if before else None,
            owner=(after.uid, after.gid) if after else None,
        )
        self._changes.add(weight, size, change)
