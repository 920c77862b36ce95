"""The final file system of an image, held in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.image.entry import Entry
from grader.model.image import File

_LINKS_MAX = 40


class FileTree(Mapping[str, File]):
    """Absolute path -> File, in the order of the paths, folder by folder; the root is `/`.

    A lookup takes the path literally, as `lstat` does; `resolve` follows links.
    """

    def __init__(self, root: Entry) -> None:
        self._root = root
        self._count = 0
        self.file_count = 0
        for path, entry in self._walk("/", root):
            self._count += 1
            if entry.kind != "folder":
                self.file_count += 1
                if entry.names > 1 and not entry.first:
                    entry.first = path

    def __getitem__(self, path: str) -> File:
        entry = self._find(path)
        if entry is None:
            raise KeyError(path)
        return _file(path, entry)

    def __iter__(self) -> Iterator[str]:
        return (path for path, _ in self._walk("/", self._root))

    def __len__(self) -> int:
        return self._count

    def files(self, folder: str = "/") -> Iterator[File]:
        """All that is at or below a path, itself included; nothing where the path does not exist."""
        entry = self._find(folder)
        return iter(()) if entry is None else (_file(path, below) for path, below in self._walk(folder, entry))

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, sorted; none where the path is not a folder."""
        entry = self._find(folder)
        return tuple(sorted(entry.children)) if entry is not None and entry.children else ()

    def contents(self) -> dict[str, bytes]:
        """Path -> contents of the files that were kept while reading."""
        return {path: entry.data for path, entry in self._walk("/", self._root) if entry.data is not None}

    def resolve(self, path: str, *, follow_last: bool = True) -> str | None:
        """Where a path leads when symbolic links are followed inside the image, as in a container whose root it is.

        `..` stays below the root. None where the path does not exist, or links go round in a circle (more than 40).
        """
        way = self._way(path, follow_last)
        return _path(way[-1]) if way else None

    def way(self, path: str) -> tuple[File, ...]:
        """The folders that a lookup of the path looks into, links followed, and last what is there; or nothing."""
        return tuple(_file(_path(at), at[-1][1] if at else self._root) for at in self._way(path))

    def _way(self, path: str, follow_last: bool = True) -> list[list[tuple[str, Entry]]]:
        """Each folder that is looked into, as the names and entries that lead there from the root; the end is last."""
        waiting = path.split("/")[::-1]
        way: list[list[tuple[str, Entry]]] = []
        at: list[tuple[str, Entry]] = []
        links = 0
        while waiting:
            name = waiting.pop()
            if name in ("", ".", ".."):
                if at and at[-1][1].kind != "folder":
                    return []
                at[-1:] = [] if name == ".." else at[-1:]
                continue
            folder = at[-1][1] if at else self._root
            entry = folder.children.get(name) if folder.children else None
            if entry is None:
                return []
            way.append(list(at))
            if entry.kind == "link" and (follow_last or waiting):
                links += 1
                if links > _LINKS_MAX or len(entry.target) > 4096:
                    return []
                if entry.target.startswith("/"):
                    at.clear()
                waiting += entry.target.split("/")[::-1]
                continue
            at.append((name, entry))
        return [*way, at]

    def _find(self, path: str) -> Entry | None:
        if not path.startswith("/"):
            return None
        entry = self._root
        for name in path[1:].split("/") if path != "/" else ():
            below = entry.children.get(name) if entry.children else None
            if below is None:
                return None
            entry = below
        return entry

    @staticmethod
    def _walk(path: str, entry: Entry) -> Iterator[tuple[str, Entry]]:
        waiting = [(path, entry)]
        while waiting:
            path, entry = waiting.pop()
            yield path, entry
            if entry.children:
                start = path if path.endswith("/") else path + "/"
                waiting += [(start + name, entry.children[name]) for name in sorted(entry.children, reverse=True)]


def _path(at: list[tuple[str, Entry]]) -> str:
    return "/" + "/".join(name for name, _ in at)


def _file(path: str, entry: Entry) -> File:
    return File(
        path=path,
        kind=entry.kind,
        size=entry.size,
        mode=entry.mode,
        uid=entry.uid,
        gid=entry.gid,
        target=entry.target,
        hard_link=entry.first if entry.first and entry.first != path else "",
        sha256=entry.digest.hex(),
        layer=entry.layer,
        modified=entry.modified,
    )
