"""files of the image."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

import msgspec

from grader.model import AnyProbe, File, Files, FilesSeen, Rights
from grader.observe.bench import Bench

SHARES = "image"

MOST = 1_000
READ_BYTES = 64 << 10
ACCOUNTS = Files(paths=("/etc/passwd", "/etc/group"), contents=True, follow=True)


def kept(probes: Iterable[AnyProbe]) -> tuple[str, ...]:
    """The paths whose contents the probes ask for: they are kept while the image is read."""
    asked = (ACCOUNTS if isinstance(probe, Rights) else probe for probe in probes)
    return tuple(path for probe in asked if isinstance(probe, Files) and probe.contents for path in probe.paths)


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
    if probe.contents:
        linked = {file.path: file for path, file in chosen.items() if file.path != path}
        contents |= {path: _read(bench, path) for path, file in linked.items() if path not in contents and _small(file)}
    return FilesSeen(
        files=tuple(msgspec.structs.replace(file, path=path) for path, file in chosen.items()),
        contents={
            path: contents[file.path].decode("utf-8", "backslashreplace")
            for path, file in chosen.items()
            if probe.contents and file.path in contents
        },
    )


def _small(file: File) -> bool:
    return file.kind == "file" and file.size <= READ_BYTES


def _read(bench: Bench, path: str) -> bytes:
    """What a link leads to is known when the image has been read: the engine is asked for this file alone."""
    head = bench.engine.read_head(bench.build.image, path, labels=bench.labels)
    return head.data if head is not None else b""
