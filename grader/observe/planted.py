"""what becomes of files that are not meant for the image."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from grader import image as images
from grader.image import Analysis, Hit
from grader.model import Build, Dockerfile, File, Image, Planted, PlantedFile, PlantedSeen
from grader.observe.bench import Bench
from grader.observe.context import left
from grader.observe.laid import laid

SHARES = "context"

LARGEST = 5
PATHS = 5
SEARCHED = 4_000


def see(bench: Bench, probe: Planted) -> PlantedSeen:
    """Plant the files, build once more, look, and take them away again; what was there before is put back."""
    data = {path: _contents(bench.nonce(), size) for path, size in probe.files}
    with laid(bench.context, data):
        context = left(bench)
        everything = sum(path.lstat().st_size for path in bench.context.rglob("*") if not path.is_dir())
        build = bench.rebuild()
    sent = frozenset(context)
    if build.ok:
        files = tuple(_found(bench, build, data, sent))
    else:
        files = tuple(PlantedFile(path=path, sent=path in sent) for path in data)
    largest = sorted(context.items(), key=lambda item: (-item[1], item[0]))[:LARGEST]
    return PlantedSeen(
        build=build,
        files=files,
        bytes=everything,
        context_bytes=sum(context.values()),
        largest=tuple(largest),
    )


def _contents(nonce: str, size: int) -> bytes:
    line = f"planted-{nonce}\n".encode()
    return line + b"\0" * max(size - len(line), 0)


def _found(bench: Bench, build: Build, data: Mapping[str, bytes], sent: frozenset[str]) -> Iterator[PlantedFile]:
    known = {path: hashlib.sha256(contents).hexdigest() for path, contents in data.items()}
    with bench.engine.save([build.image]) as archive:
        seen = images.read(archive, keep=_Searched(bench.files), digests=known.values())
    lines = _lines(seen.image, bench.dockerfile)
    same: dict[str, list[str]] = {}
    for file in seen.files.values():
        same.setdefault(file.sha256, []).append(file.path)
    for path, contents in data.items():
        mark = contents.partition(b"\n")[0]
        holding = [name for name, text in seen.contents.items() if mark in text]
        at = sorted({*holding, *same.get(known[path], ())})
        hidden = [hit.layer for hit in seen.hits if hit.sought == known[path] and not _shows(seen, hit)]
        layers = [seen.files[name].layer for name in at] + hidden
        yield PlantedFile(
            path=path,
            sent=path in sent,
            at=tuple(at[:PATHS]),
            hidden=bool(hidden) and not at,
            line=next((lines[layer] for layer in layers if layer in lines), None),
        )


def _shows(seen: Analysis, hit: Hit) -> bool:
    file = seen.files.get(hit.path)
    return file is not None and file.layer == hit.layer and file.sha256 == hit.sought


class _Searched:
    """Whether to keep a file's contents, for a search: those of a layer above the lowest, up to a number of them."""

    def __init__(self, known: Mapping[str, File]) -> None:
        self._known = known
        self._kept = 0

    def __call__(self, path: str) -> bool:
        file = self._known.get(path)
        if self._kept >= SEARCHED or (file is not None and file.layer == 0):
            return False
        self._kept += 1
        return True


def _lines(image: Image, dockerfile: Dockerfile) -> dict[int, int]:
    """Layer -> the line that made it, where that is known."""
    rows = zip(images.lines_of_rows(image.history, dockerfile), image.history, strict=True)
    return {row.layer: line for line, row in rows if row.layer is not None and line is not None}
