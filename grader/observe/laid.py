"""Files of the build context that are there, or are others, for as long as one build lasts."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from grader.model import NotObserved


@contextmanager
def laid(context: Path, data: Mapping[str, bytes]) -> Iterator[None]:
    """Let these files of the context hold these bytes while the block runs; afterwards all is as it was.

    Folders on the way are made. Raises NotObserved where a file or a link is in the way, before anything is followed.
    """
    before: dict[Path, bytes | None] = {}
    made: list[Path] = []
    try:
        for name, contents in data.items():
            try:
                _lay(context, name, contents, before, made)
            except OSError as error:
                full = error.errno in (errno.ENOSPC, errno.EDQUOT)
                raise NotObserved(f"{name} cannot be written: {error.strerror}", machine=full) from error
        yield
    finally:
        for path, old in before.items():
            if old is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(old)
        for folder in reversed(made):
            folder.rmdir()


def _lay(context: Path, name: str, contents: bytes, before: dict[Path, bytes | None], made: list[Path]) -> None:
    """Write one file, and note what was there in `before` and which folders were made in `made`."""
    path = context / name
    above = [context / folder for folder in Path(name).parents][:-1]
    if any(folder.is_symlink() or folder.is_file() for folder in above):
        raise NotObserved(f"there is a file or a link in the way of {name}", machine=False)
    if path.is_dir() or path.is_symlink():
        raise NotObserved(f"{name} is there, and it is no file", machine=False)
    for folder in reversed([folder for folder in above if not folder.exists()]):
        folder.mkdir()
        made.append(folder)
    old = path.read_bytes() if path.exists() else None
    path.write_bytes(contents)
    before[path] = old
