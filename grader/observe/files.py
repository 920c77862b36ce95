"""files of the image."""

from __future__ import annotations

from fnmatch import fnmatchcase

from grader.model import File, Files, FilesSeen
from grader.observe.bench import Bench

MOST = 1_000


def see(bench: Bench, probe: Files) -> FilesSeen:
    """The files at the probe's paths, at most MOST of them; a path's last link is not followed."""
    found: dict[str, File] = {}
    for pattern in probe.paths:
        if "*" not in pattern and "?" not in pattern and "[" not in pattern:
            if pattern in bench.files:
                found[pattern] = bench.files[pattern]
            continue
        found |= {path: file for path, file in bench.files.items() if fnmatchcase(path, pattern)}
    chosen = tuple(found[path] for path in sorted(found)[:MOST])
    texts = {
        file.path: bench.contents[file.path].decode("utf-8", "backslashreplace")
        for file in chosen
        if probe.contents and file.path in bench.contents
    }
    return FilesSeen(files=chosen, contents=texts)
