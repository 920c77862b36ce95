"""A grading of a class that kills itself, for tests: `python -m tests.batch.killing LIST AT grade …`.

Every write of the store and of a result file has two points, before it and after it. Their names are written to the
file LIST as they are passed; at the one with the number AT (from 1; 0: at none) the process is killed by SIGKILL. The
grader itself knows nothing of this, so nothing that a learner could set brings it about.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from grader import cli
from grader.batch import store, tables


class Points:
    """Counts points, and kills at one of them."""

    def __init__(self, passed: Path, at: int) -> None:
        self._file = os.open(passed, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._at, self._count = at, 0

    def point(self, name: str) -> None:
        self._count += 1
        os.write(self._file, f"{name}\n".encode())
        if self._count == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


def main(passed: Path, at: int, words: list[str]) -> None:
    """Put the points in, and run the command."""
    points = Points(passed, at)
    write, whole, replace = store.Store._write, tables.write_whole, Path.replace

    def _write(self: store.Store, statement: str, row: tuple[object, ...]) -> None:
        words = statement.split()
        name = f"{words[words.index('INTO' if 'INTO' in words else 'FROM') + 1]} {row[0]}"
        points.point(f"before {name}")
        write(self, statement, row)
        points.point(f"after {name}")

    def write_whole(file: Path, data: bytes) -> None:
        points.point(f"before {file.name}")
        whole(file, data)
        points.point(f"after {file.name}")

    def half(self: Path, target: Path) -> Path:
        if self.name.endswith(".partial"):
            points.point(f"before the name of {target.name}")
        return replace(self, target)

    store.Store._write = _write
    tables.write_whole = write_whole
    Path.replace = half
    from grader.cli import _grade

    _grade.write_whole = write_whole
    cli.main(words)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
