"""A folder as entries: walked without recursion, by descriptors, following no link and opening nothing but files."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.errors import SubmissionError
from grader.submission import names
from grader.submission.tree import ENTRIES, Entry

CHUNK = 1 << 20

_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISLNK, "a link"),
    (stat.S_ISDIR, "a folder"),
)


def kind_word(mode: int) -> str:
    """What a file of this mode is, in words."""
    return next((word for test, word in _KINDS if test(mode)), "a file" if stat.S_ISREG(mode) else "a special file")


def entries(folder: Path, *, source: str, skip: Callable[[str], bool], avoid: os.stat_result) -> Iterator[Entry]:
    """Everything under `folder`, parents first, in the order of the names.

    Names for which `skip` holds are not looked at, nor is the folder `avoid` (our own copy, should it lie inside).
    Raises SubmissionError for what is neither file, folder nor link, and OSError where something cannot be read.
    """
    open_folders: list[tuple[int, str, list[str]]] = []
    try:
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        open_folders.append((top, "", _listed(top, source)))
        while open_folders:
            parent, prefix, left = open_folders[-1]
            if not left:
                os.close(open_folders.pop()[0])
                continue
            name = left.pop()
            if skip(name):
                continue
            path = prefix + name
            seen = os.lstat(name, dir_fd=parent)
            if (seen.st_dev, seen.st_ino) == (avoid.st_dev, avoid.st_ino):
                continue
            yield _entry(path, name, parent, seen, source)
            if stat.S_ISDIR(seen.st_mode):
                inside = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
                open_folders.append((inside, path + "/", []))
                open_folders[-1][2].extend(_listed(inside, source))
    finally:
        for descriptor, _, _ in open_folders:
            os.close(descriptor)


def _listed(folder: int, source: str) -> list[str]:
    listed = []
    with os.scandir(folder) as found:
        for entry in found:
            listed.append(entry.name)
            if len(listed) > 10 * ENTRIES:
                raise SubmissionError(f"{source}: one folder has more than {10 * ENTRIES:,} files", "hand in fewer")
    return sorted(listed, reverse=True)


def _entry(path: str, name: str, parent: int, seen: os.stat_result, source: str) -> Entry:
    mode = seen.st_mode
    if stat.S_ISDIR(mode):
        return Entry(path=path, kind="folder", modified_ns=seen.st_mtime_ns)
    if stat.S_ISLNK(mode):
        return Entry(path=path, kind="link", target=os.readlink(name, dir_fd=parent), modified_ns=seen.st_mtime_ns)
    if not stat.S_ISREG(mode):
        raise SubmissionError(
            f"{source}: {names.shown(path)}: it is {kind_word(mode)}",
            "a submission is made of files, folders and links; take it out",
        )
    return Entry(
        path=path,
        kind="file",
        size=seen.st_size,
        executable=bool(mode & 0o111),
        modified_ns=seen.st_mtime_ns,
        chunks=lambda: _chunks(name, parent, source, path),
    )


def _chunks(name: str, parent: int, source: str, path: str) -> Iterator[bytes]:
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY, dir_fd=parent)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SubmissionError(f"{source}: {names.shown(path)}: it changed while it was read", "hand it in again")
        while chunk := file.read(CHUNK):
            yield chunk
