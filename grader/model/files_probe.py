"""The question of an image's files, and its answer."""

from __future__ import annotations

import msgspec

from grader.model.image import File
from grader.model.question import Probe


class FilesSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The files that match, in the order of their paths; `contents` has the start of each regular one, if asked for."""

    files: tuple[File, ...] = ()
    contents: dict[str, str] = msgspec.field(default_factory=dict)

    def at(self, path: str) -> File | None:
        """The file at exactly this path, or None."""
        return next((file for file in self.files if file.path == path), None)


class Files(Probe[FilesSeen], frozen=True, kw_only=True, tag=True):
    """Facts of the image's files at these absolute paths (`*` and `**` as in a shell), without starting a container.

    With `follow`, a path without such signs shows what its symbolic links lead to, under the path that was asked for.
    """

    paths: tuple[str, ...]
    contents: bool = False
    follow: bool = False
