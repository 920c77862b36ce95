"""An image archive written anew so that it can be loaded beside everything else: without names, with our labels."""

from __future__ import annotations

import json
import posixpath
import tarfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, BinaryIO

from grader.image import tar
from grader.image.manifest import Found
from grader.image.stream import Stream, chunks_of, gunzipped

_GZIP = b"\x1f\x8b"


def labelled(archive: BinaryIO, parts: Found, labels: Mapping[str, str]) -> Iterator[bytes]:
    """The image of `archive` (at its beginning) as an archive for `docker load`, in pieces; `parts` as `read` found it.

    It has no name, so no name of the engine is taken from another image, and the labels make it an image of its own
    even where the engine has the same one: it can be removed by them, and nothing else goes with it. Layers are passed
    on as they stand. Raises ImageError where the archive is not the one that was read.
    """
    config = json.loads(parts.config)
    run: dict[str, Any] = config.get("config") or {}
    config["config"] = run | {"Labels": (run.get("Labels") or {}) | dict(labels)}
    raw = json.dumps(config).encode()
    names = {path: f"{number}/layer.tar" for number, path in enumerate(dict.fromkeys(parts.layers))}
    name = f"{sha256(raw).hexdigest()}.json"
    manifest = [{"Config": name, "RepoTags": None, "Layers": [names[path] for path in parts.layers]}]
    yield from _member(name, raw)
    yield from _member("manifest.json", json.dumps(manifest).encode())
    stream = Stream(chunks_of(archive))
    if stream.peek(2) == _GZIP:
        stream = Stream(gunzipped(stream.rest()))
    reader = tar.TarReader(stream)
    while member := reader.member():
        wanted = names.get(posixpath.normpath(member.name))
        if wanted and member.type == tar.FILE:
            yield _header(wanted, member.size)
            for piece in reader.contents(member):
                yield bytes(piece)
            yield bytes(-member.size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _member(name: str, data: bytes) -> Iterator[bytes]:
    yield _header(name, len(data))
    yield data + bytes(-len(data) % tarfile.BLOCKSIZE)


def _header(name: str, size: int) -> bytes:
    made = tarfile.TarInfo(name)
    made.size = size
    return made.tobuf(tarfile.GNU_FORMAT)
