"""Whether files of a folder have been saved: looked at again and again, without help of the operating system."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

MOST_FILES = 20_000
_PASSING = ("~", ".swp", ".swx", ".swo", ".tmp", ".part", ".crswap")
_LEFT_OUT = frozenset((".git", "__pycache__", "node_modules", ".venv"))

Snapshot = Mapping[str, tuple[int, int]]


def snapshot(folder: Path) -> Snapshot:
    """Each file's path with its time in nanoseconds and its size; what editors keep for a moment is left out."""
    found: dict[str, tuple[int, int]] = {}
    for above, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        for name in files:
            if name.endswith(_PASSING) or name.startswith((".#", "#")) or name == "4913":
                continue
            path = Path(above, name)
            try:
                status = path.lstat()
            except OSError:
                continue
            found[str(path)] = (status.st_mtime_ns, status.st_size)
            if len(found) >= MOST_FILES:
                return found
    return found


class Watched:
    """A folder that is watched: `saved()` is asked about twice a second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._checked = self._before = snapshot(folder)

    def saved(self) -> bool:
        """Whether something has been saved since it last said so, and has stayed as it is since the last question.

        An editor that writes several files, or one in pieces, is so taken for one change.
        """
        now = snapshot(self.folder)
        still, self._before = now == self._before, now
        if not still or now == self._checked:
            return False
        self._checked = now
        return True
