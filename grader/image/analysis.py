"""From an archive to what is known about its image."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from grader.errors import ImageError
from grader.image.archive import Archive
from grader.image.config import config_of, history_of
from grader.image.entry import LayerIndex
from grader.image.layer import keeper
from grader.image.limits import LimitError, Limits
from grader.image.manifest import Found, configuration, find
from grader.image.search import Hit, Sought
from grader.image.stack import Stack
from grader.image.stream import chunks_of
from grader.image.tree import FileTree
from grader.image.wire import SAVE_AGAIN
from grader.model.image import Image, Layer

KEEP_BYTES = 64 << 10


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive shows: `image` (a bounded value that can be stored), the file tree, and the kept contents.

    `parts` says where in the archive the image's configuration and layers are; `hits` are the places, from the lowest
    layer to the highest, that hold what was looked for, whether or not they show in the end.
    """

    image: Image
    files: FileTree
    contents: dict[str, bytes]
    parts: Found
    hits: tuple[Hit, ...] = ()


def read(
    archive: Path | BinaryIO | Iterable[bytes],
    *,
    keep: Iterable[str] | Callable[[str], bool] | None = None,
    keep_bytes: int = KEEP_BYTES,
    platform: str = "linux",
    texts: Iterable[str] = (),
    digests: Iterable[str] = (),
    limits: Limits | None = None,
) -> Analysis:
    """Read an image archive once, from a file, a pipe that cannot seek, or chunks of bytes.

    `keep` names the files whose contents are wanted: shell patterns on absolute paths, in which `*` also matches a
    slash, or a test of the path; files above `keep_bytes` are left out. A pattern must name the file itself, not a
    link to it. Of a `Path`, which can be read again, the large files are read where their digest is needed. `platform`
    is what the image must be for: `linux`, or `linux/arm64`. For `texts` and `digests` all layers are searched, see
    `Sought`. Memory grows with the number of files, not with their size. Raises ImageError, with what to do next, for
    what is not one whole image for that platform.
    """
    bounds = limits or Limits()
    parts = Archive(bounds)
    sought = Sought(texts, digests) or None
    try:
        if isinstance(archive, Path):
            with archive.open("rb", buffering=0) as file:
                regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
                parts.read(file if regular else chunks_of(file), keeper(keep), keep_bytes, sought)
        else:
            parts.read(_chunks(archive), keeper(keep), keep_bytes, sought)
        found = find(parts.documents, platform, parts.tops)
    except OSError as error:
        raise ImageError(f"{archive}: it cannot be read: {error.strerror or error}") from error
    except ImageError as error:
        raise _located(error, archive, parts) from error
    return _analysed(found, platform, parts, archive, bounds)


def _analysed(found: Found, platform: str, parts: Archive, archive: object, limits: Limits) -> Analysis:
    stack = Stack(limits)
    try:
        stored = configuration(found, platform)
        if len(found.layers) > limits.layers:
            raise LimitError(f"the image has {len(found.layers)} layers, more than {limits.layers}")
        history = history_of(stored)
        created_by = {row.layer: row.created_by for row in history}
        layers: list[Layer] = []
        hits: list[Hit] = []
        for number, (index, diff_id) in enumerate(
            zip(_indexes(found, parts), stored.rootfs.diff_ids or (), strict=True)
        ):
            hits += [Hit(sought=what, layer=number, path=path) for what, path in index.hits]
            layers.append(_applied(stack, index, number, diff_id, created_by.get(number, "")))
        files = FileTree(stack.root)
    except ImageError as error:
        raise _located(error, archive, parts) from error
    image = Image(
        id=found.id,
        tags=found.tags,
        config=config_of(stored),
        size=sum(layer.size for layer in layers),
        history=history,
        layers=tuple(layers),
        wasted=stack.wasted(),
        wasted_total=stack.wasted_total,
        wasted_bytes=stack.wasted_bytes,
        wasted_of=stack.wasted_of(),
        file_count=files.file_count,
    )
    places = tuple(parts.place(path) for path in found.layers)
    placed = Found(found.id, found.config, places, found.tags)
    return Analysis(image=image, files=files, contents=files.contents(), parts=placed, hits=tuple(hits))


def _indexes(found: Found, parts: Archive) -> Iterable[LayerIndex]:
    """The layers' indexes, lowest first; a layer that is used again gets a copy."""
    uses = Counter(found.layers)
    for number, path in enumerate(found.layers):
        try:
            index = parts.layer(path)
        except ImageError as error:
            raise _in_layer(error, number, path) from error
        uses[path] -= 1
        yield index.copy() if uses[path] else index


def _applied(stack: Stack, index: LayerIndex, number: int, diff_id: str, created_by: str) -> Layer:
    try:
        return stack.apply(index, diff_id, created_by)
    except ImageError as error:
        raise _in_layer(error, number, diff_id) from error


def _in_layer(error: ImageError, number: int, name: str) -> ImageError:
    return type(error)(f"layer {number} ({name}): {error.what}", error.do or SAVE_AGAIN)


def _located(error: ImageError, archive: object, parts: Archive) -> ImageError:
    """The error with the archive's name, and the likelier reason where the archive has no end."""
    where = f"{archive}: " if isinstance(archive, Path) else ""
    if not parts.complete and parts.position:
        return type(error)(f"{where}the archive is cut short after {parts.position:,} bytes: {error.what}", SAVE_AGAIN)
    return type(error)(f"{where}{error.what}", error.do or SAVE_AGAIN)


def _chunks(source: BinaryIO | Iterable[bytes]) -> Iterable[bytes | memoryview]:
    return chunks_of(cast("BinaryIO", source)) if hasattr(source, "read") else source
