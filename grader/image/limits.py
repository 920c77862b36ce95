"""How much of an archive is read at most: an archive is somebody else's data."""

from __future__ import annotations

import msgspec

from grader.errors import ImageError
from grader.model.image import CHANGES_LISTED


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on one archive: paths in all layers, bytes of all paths, uncompressed bytes, JSON bytes, kept bytes.

    `listed` is how many changes of a layer, and how many wasted files, are listed; the others are only counted.
    """

    paths: int = 1_000_000
    path_bytes: int = 256 << 20
    unpacked: int = 32 << 30
    json: int = 4 << 20
    documents: int = 64 << 20
    kept: int = 16 << 20
    layers: int = 512
    listed: int = CHANGES_LISTED


class LimitError(ImageError):
    """The archive as a whole asks for more than is read."""


class Budget:
    """What is left of the limits while an archive is read; every `spend_` raises LimitError when it is used up."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._paths = limits.paths
        self._path_bytes = limits.path_bytes
        self._unpacked = limits.unpacked
        self._kept = limits.kept
        self._documents = limits.documents

    def spend_path(self, path: str, size: int) -> None:
        """One path with `size` bytes of contents."""
        self._paths -= 1
        self._path_bytes -= len(path)
        if self._paths < 0 or self._path_bytes < 0:
            raise LimitError(f"more than {self.limits.paths:,} paths (or {self.limits.path_bytes:,} bytes of names)")
        self.spend_bytes(size)

    def spend_bytes(self, size: int) -> None:
        """Uncompressed bytes."""
        self._unpacked -= size
        if self._unpacked < 0:
            raise LimitError(f"more than {self.limits.unpacked:,} bytes of contents")

    def spend_document(self, size: int) -> None:
        """The bytes of a JSON document."""
        self._documents -= size
        if self._documents < 0:
            raise LimitError(f"more than {self.limits.documents:,} bytes of JSON documents")

    def keep(self, size: int) -> bool:
        """Whether `size` more bytes of contents may be kept."""
        if size > self._kept:
            return False
        self._kept -= size
        return True
