"""The questions of an image's files and of whom they obey, each with its answer."""

from __future__ import annotations

from typing import Literal

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


Right = Literal["yes", "owner", "no", "closed", "none"]
"""`yes`: may write, in a folder make files; `owner`: may not, but can give itself the right; `closed`: a folder above
keeps the user out; `none`: there is no such path."""


class RightsSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The number of the user that the image names (None: it is not in the image), and its right on each path."""

    user: int | None = None
    rights: dict[str, Right] = msgspec.field(default_factory=dict)


class Rights(Probe[RightsSeen], frozen=True, kw_only=True, tag=True):
    """Work out who the image's user is, and what it may do with these absolute paths, links followed.

    No program of the image is asked: each of them can have been replaced by one that says what is wanted.
    """

    paths: tuple[str, ...] = ()
