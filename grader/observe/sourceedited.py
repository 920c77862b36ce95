"""a second build after an edit of a source file."""

from __future__ import annotations

import hashlib

from grader.model import SourceEdited, SourceEditedSeen
from grader.observe.bench import Bench
from grader.observe.context import left
from grader.observe.rebuild import again

SHARES = "context"

SOURCES = (".py", ".go", ".js", ".ts", ".sh", ".c", ".rs", ".java", ".rb", ".pl", ".html")
LARGEST = 1 << 20


def see(bench: Bench, _: SourceEdited) -> SourceEditedSeen:
    """Add a comment to the largest source file, one that is in the image before one that is not, and build again."""
    chosen = _chosen(bench)
    if not chosen:
        return SourceEditedSeen()
    return SourceEditedSeen(edit=chosen, **again(bench, chosen))


def _chosen(bench: Bench) -> str:
    stored = {file.sha256 for file in bench.files.values()}
    ranked = []
    for path, size in left(bench).items():
        file = bench.context / path
        if path.endswith(SOURCES) and 0 < size <= LARGEST and not file.is_symlink() and not path.endswith("setup.py"):
            there = hashlib.sha256(file.read_bytes()).hexdigest() in stored
            ranked.append((not there, -size, path))
    return min(ranked)[2] if ranked else ""
