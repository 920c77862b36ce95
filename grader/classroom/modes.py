"""What nbgrader takes from files on their way, given back: releasing and submitting leave no file executable."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from grader.model import Exercise

_STARTS = (b"#!", b"\x7fELF")
_MOST = 10_000


def programs(exercise: Exercise) -> tuple[str, ...]:
    """The paths of the files that a learner is given and that can be started."""
    found = set()
    for part in ("starter", "files"):
        root = Path(exercise.folder) / part
        found |= {
            path.relative_to(root).as_posix()
            for path in root.rglob("*")
            if path.is_file() and path.stat().st_mode & stat.S_IXUSR
        }
    return tuple(sorted(found))


def give_back(exercise: Exercise, folder: Path) -> None:
    """Make executable in `folder` what was given so, and what else begins as a script or a program does.

    No link is followed, and what cannot be changed stays as it is.
    """
    given = set(programs(exercise))
    for descriptor, path in _files(folder):
        mode = os.fstat(descriptor).st_mode
        if not mode & 0o111 and (path in given or os.pread(descriptor, 4, 0).startswith(_STARTS)):
            try:
                os.fchmod(descriptor, stat.S_IMODE(mode) | 0o111)
            except PermissionError:
                return


def _files(folder: Path) -> Iterator[tuple[int, str]]:
    """Each regular file, opened for reading while it is looked at, with its path from `folder` on."""
    for count, (here, _, files, at) in enumerate(os.fwalk(folder)):
        if count > _MOST:
            return
        for name in files[:_MOST]:
            try:
                descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
            except OSError:
                continue
            try:
                if stat.S_ISREG(os.fstat(descriptor).st_mode):
                    yield descriptor, (Path(here) / name).relative_to(folder).as_posix()
            finally:
                os.close(descriptor)
