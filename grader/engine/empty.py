"""An image without a single layer, which a graph-driver engine builds but does not save: its archive, made here."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

from grader.engine.sdk import answers

SAID = "empty export"


def archive(api: Any, image: str) -> bytes:
    """The archive that `docker save` would write of an image without layers, from what the engine says of it."""
    with answers():
        seen, rows = api.inspect_image(image), api.history(image)
    config = {
        "os": seen["Os"],
        "architecture": seen["Architecture"],
        "author": seen.get("Author", ""),
        "created": seen.get("Created", ""),
        "config": seen["Config"],
        "rootfs": {"type": "layers", "diff_ids": []},
        "history": [
            {"created_by": row["CreatedBy"], "comment": row["Comment"], "empty_layer": True} for row in reversed(rows)
        ],
    }
    manifest = [{"Config": "config.json", "RepoTags": seen.get("RepoTags"), "Layers": []}]
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as written:
        for name, value in (("manifest.json", manifest), ("config.json", config)):
            data = json.dumps(value).encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            written.addfile(member, io.BytesIO(data))
    return out.getvalue()
