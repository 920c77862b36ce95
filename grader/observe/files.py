"""files of the image."""

from __future__ import annotations

from fnmatch import fnmatchcase

import msgspec

from grader.image import read
from grader.model import File, Files, FilesSeen
from grader.observe.bench import Bench

SHARES = "image"

MOST = 1_000


def see(bench: Bench, probe: Files) -> FilesSeen:
    """The files at the probe's paths, at most MOST of them, with their contents where those are asked for."""
    found: dict[str, File] = {}
    for pattern in probe.paths:
        if "*" not in pattern and "?" not in pattern and "[" not in pattern:
            path = bench.files.resolve(pattern) if probe.follow else pattern
            if path is not None and path in bench.files:
                found[pattern] = bench.files[path]
            continue
        found |= {path: file for path, file in bench.files.items() if fnmatchcase(path, pattern)}
    chosen = {path: found[path] for path in sorted(found)[:MOST]}
    contents = dict(bench.contents)
    linked = frozenset(file.path for path, file in chosen.items() if file.path != path) - set(contents)
    if probe.contents and linked:
        with bench.engine.save([bench.build.image]) as archive:
            contents |= read(archive, keep=linked.__contains__).contents
    return FilesSeen(
        files=tuple(msgspec.structs.replace(file, path=path) for path, file in chosen.items()),
        contents={
            path: contents[file.path].decode("utf-8", "backslashreplace")
            for path, file in chosen.items()
            if probe.contents and file.path in contents
        },
    )
