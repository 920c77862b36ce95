"""An image archive as `docker save` writes it: `python -m benchmarks.cases._archive PATH BYTES FILES`.

A program of its own, because a process that has been large makes those that it starts look large too.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import sys
import tarfile
from pathlib import Path


def write(path: Path, size: int, files: int) -> None:
    """Two layers with `files` files of `size` bytes; the upper one also replaces a file and deletes one."""
    draw = random.Random(size)
    names = [f"srv/part{number // 100}/file{number}" for number in range(files)]
    lower = layer([(name, draw.randbytes(size)) for name in names[: files // 2]])
    changes = [(names[0], draw.randbytes(size)), (f"{Path(names[1]).parent}/.wh.{Path(names[1]).name}", b"")]
    upper = layer([(name, draw.randbytes(size)) for name in names[files // 2 :]] + changes)
    diff_ids = [f"sha256:{hashlib.sha256(one).hexdigest()}" for one in (lower, upper)]
    rows = [{"created_by": f"COPY part{number} /srv"} for number in range(2)]
    facts = {"os": "linux", "architecture": "amd64", "history": rows}
    config = json.dumps({**facts, "rootfs": {"type": "layers", "diff_ids": diff_ids}}).encode()
    layers = ["0/layer.tar", "1/layer.tar"]
    manifest = json.dumps([{"Config": "config.json", "RepoTags": ["bench:1"], "Layers": layers}]).encode()
    documents = [("config.json", config), ("manifest.json", manifest)]
    with tarfile.open(path, "w") as archive:
        for name, data in [*zip(layers, (lower, upper), strict=True), *documents]:
            add(archive, name, data)


def layer(files: list[tuple[str, bytes]]) -> bytes:
    """A layer with these files."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in files:
            add(archive, name, data)
    return made.getvalue()


def add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    """Add one file."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
