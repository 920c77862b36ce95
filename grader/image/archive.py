"""An image archive read once, forwards, in whatever order its parts come: JSON documents, and layers as indexes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from io import FileIO

from grader.errors import ImageError
from grader.image import tar
from grader.image.entry import LayerIndex
from grader.image.header import BLOCK, is_header
from grader.image.layer import Keep, Reading, index_of
from grader.image.limits import Budget, LimitError, Limits
from grader.image.search import Sought
from grader.image.stream import FileStream, Stream, gunzipped

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_TRAILER_MAX = 1 << 20
_TOPS = 64


class Documents(Mapping[str, bytes]):
    """JSON documents by their path. To ask for one that is longer than is read raises LimitError, and only that.

    An archive may hold longer ones that an image does not need, such as a list of its packages.
    """

    def __init__(self) -> None:
        self._found: dict[str, bytes | LimitError] = {}

    def put(self, path: str, found: bytes | LimitError) -> None:
        """Add a document, or why it is not read."""
        self._found[path] = found

    def __getitem__(self, path: str) -> bytes:
        found = self._found[path]
        if isinstance(found, LimitError):
            raise found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class Archive:
    """What an archive holds: `documents` (path -> JSON), `layer` for the rest, `tops` the first names at its top."""

    def __init__(self, limits: Limits) -> None:
        self.documents = Documents()
        self.complete = False
        self.position = 0
        self.tops: set[str] = set()
        self.limits = limits
        self._layers: dict[str, LayerIndex] = {}
        self._faults: dict[str, ImageError] = {}
        self._aliases: dict[str, str] = {}

    def place(self, path: str) -> str:
        """Where in the archive the contents of `path` stand: older archives hold links from layer to layer."""
        return self._aliases.get(path, path)

    def layer(self, path: str) -> LayerIndex:
        """The index of the layer at `path`; raises ImageError where it is missing or damaged."""
        path = self.place(path)
        if path in self._faults:
            raise self._faults[path]
        if path not in self._layers:
            raise ImageError("it is not in the archive")
        return self._layers[path]

    def read(
        self,
        source: FileIO | Iterable[bytes | memoryview],
        keep: Keep | None,
        keep_bytes: int,
        sought: Sought | None = None,
    ) -> None:
        """Take in the whole archive; raises ImageError where it is no tar or is cut short.

        Of a `source` that is a file, the contents of large files are not read (see `Entry.digest`), unless something is
        looked for in them.
        """
        stream = FileStream(source) if isinstance(source, FileIO) else Stream(source)
        if stream.peek(2) == _GZIP:
            stream = Stream(gunzipped(stream.rest()))
        start = stream.peek(BLOCK)
        if not start:
            raise ImageError("the archive is empty")
        if not is_header(start):
            raise ImageError("not an image: this is not a tar archive", "docker save -o FILE NAME:TAG makes one")
        reading = Reading(Budget(self.limits), keep, keep_bytes, sought)
        reader = tar.TarReader(stream)
        while member := reader.member():
            reading.budget.spend_path(member.name, 0)
            name = posixpath.normpath(member.name)
            if len(self.tops) < _TOPS:
                self.tops.add(name.lstrip("/").partition("/")[0])
            if member.type == tar.FILE:
                self._take(name, member.size, reader.part(member), reading)
            elif member.type == tar.SYMLINK:
                self._aliases[name] = posixpath.normpath(posixpath.join(posixpath.dirname(name), member.target))
            elif member.type == tar.HARD_LINK:
                self._aliases[name] = posixpath.normpath(member.target)
        self.complete, self.position = reader.complete, stream.position
        if reader.complete:
            stream.take(_TRAILER_MAX)

    def _document(self, size: int, part: Stream, reading: Reading) -> bytes | LimitError:
        if size > self.limits.json:
            return LimitError(f"a JSON document of {size:,} bytes, more than {self.limits.json:,}")
        reading.budget.spend_document(size)
        return part.take(size)

    def _take(self, name: str, size: int, part: Stream, reading: Reading) -> None:
        start = part.peek(BLOCK)
        tarred = is_header(start) or start.strip(b"\0") == b""
        try:
            if start[:4] == _ZSTD:
                raise ImageError(
                    "it is compressed with zstd, which is not read here",
                    "build it with --output type=docker,compression=gzip, or save it from a graph-driver engine",
                )
            if start[:2] == _GZIP:
                layer = Stream(gunzipped(part.rest()))
                self._layers[name] = index_of(layer, reading)
                for piece in layer.rest():
                    reading.budget.spend_bytes(len(piece))
            elif tarred:
                self._layers[name] = index_of(part, reading)
            elif start.lstrip()[:1] in (b"{", b"["):
                self.documents.put(name, self._document(size, part, reading))
        except LimitError:
            raise
        except ImageError as error:
            self._faults[name] = error
        if not isinstance(part, FileStream):
            for _ in part.rest():
                pass
