"""What one build was given: the Dockerfile's text, the arguments, and its context's files as they were then."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from grader.dockerfile import ignored, parse, parse_ignore
from grader.errors import DockerfileError
from grader.model import Dockerfile

FILES_MOST = 2_000
BYTES_MOST = 64_000_000


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """`files` has, by the path from the context, the mode's permission bits and the SHA-256 of the contents.

    It is None where the context was too large to be looked at. `tag` is the name that the image was to have.
    """

    text: str
    arguments: Mapping[str, str] = {}
    files: Mapping[str, tuple[int, str]] | None = None
    no_cache: bool = False
    target: str = ""
    tag: str = ""
    builder: str = "buildkit"

    def parsed(self) -> Dockerfile | None:
        """The Dockerfile as values; None where it cannot be parsed."""
        try:
            return parse(self.text.encode(), self.arguments)
        except DockerfileError:
            return None


def files_of(context: Path) -> dict[str, tuple[int, str]] | None:
    """The files of a build context, without what .dockerignore leaves out; None where there are too many."""
    try:
        patterns = parse_ignore((context / ".dockerignore").read_bytes())
    except (OSError, DockerfileError):
        patterns = parse_ignore(b"")
    found: dict[str, tuple[int, str]] = {}
    seen = left = 0
    try:
        for path in _walked(context):
            seen += 1
            stat = path.lstat()
            left += stat.st_size
            if seen > FILES_MOST or left > BYTES_MOST:
                return None
            name = path.relative_to(context).as_posix()
            if not ignored(patterns, name):
                data = os.readlink(path).encode() if path.is_symlink() else path.read_bytes()  # noqa: PTH115
                found[name] = (stat.st_mode & 0o7777, hashlib.sha256(data).hexdigest())
    except OSError:
        return None
    return found


def _walked(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):
        for name in sorted(names):
            path = Path(root, name)
            if path.is_file() or path.is_symlink():
                yield path
