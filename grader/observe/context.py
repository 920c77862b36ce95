"""what the build context holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from grader.dockerfile import ignored, parse_ignore
from grader.errors import DockerfileError
from grader.model import Context, ContextSeen, NotObserved
from grader.observe.bench import Bench

SHARES = "context"


def see(bench: Bench, _: Context) -> ContextSeen:
    """The files that the builder could ask for: those of the context that .dockerignore leaves in, with their bytes.

    As with BuildKit, a file `<Dockerfile's name>.dockerignore` beside the Dockerfile counts instead where it is there.
    """
    files = left(bench)
    return ContextSeen(files=files, bytes=sum(files.values()))


def left(bench: Bench) -> dict[str, int]:
    """The context's files that .dockerignore leaves, with their bytes; NotObserved where it cannot be read."""
    try:
        patterns = parse_ignore(_rules(bench))
    except DockerfileError as error:
        raise NotObserved(error.what, machine=False) from error
    return {path: size for path, size in _files(bench.context) if not ignored(patterns, path)}


def _rules(bench: Bench) -> bytes:
    for name in (f"{bench.submission.dockerfile}.dockerignore", ".dockerignore"):
        if (bench.context / name).is_file():
            return (bench.context / name).read_bytes()
    return b""


def _files(root: Path) -> Iterator[tuple[str, int]]:
    for folder, _, names in os.walk(root):
        for name in sorted(names):
            path = Path(folder, name)
            yield path.relative_to(root).as_posix(), path.lstat().st_size
