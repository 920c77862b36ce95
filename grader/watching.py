"""Whether files of a folder have been saved: looked at again and again, without help of the operating system."""

from __future__ import annotations

import os
import time
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


QUIET = 0.08
"""Seconds for which nothing may have been written before a change is taken for a whole one."""


class Watched:
    """A folder that is watched: `saved()` is asked every `pause` seconds; a large folder is asked less often."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pause = QUIET
        self._checked = self._before = self._look()

    def saved(self) -> bool:
        """Whether something has been saved since it last said so, and has stayed as it is since the last question.

        An editor that writes several files, or one in pieces, is so taken for one change.
        """
        now = self._look()
        still, self._before = now == self._before, now
        if not still or now == self._checked:
            return False
        self._checked = now
        return True

    def _look(self) -> Snapshot:
        began = time.monotonic()
        found = snapshot(self.folder)
        # A tenth of one processor at most.
        self.pause = max(QUIET, 10 * (time.monotonic() - began))
        return found
