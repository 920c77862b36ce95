"""Tars and archives made with Python's tarfile, for tests."""

import io
import json
import tarfile
from collections.abc import Iterable, Sequence
from hashlib import sha256

Part = tuple[str, bytes]


def info(name: str, **more: object) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    for key, value in {"mode": 0o644, **more}.items():
        setattr(made, key, value)
    return made


def file(name: str, data: bytes = b"", **more: object) -> tuple[tarfile.TarInfo, bytes]:
    return info(name, size=len(data), **more), data


def folder(name: str, **more: object) -> tuple[tarfile.TarInfo, bytes]:
    return info(name, **{"type": tarfile.DIRTYPE, "mode": 0o755, **more}), b""


def link(name: str, target: str, **more: object) -> tuple[tarfile.TarInfo, bytes]:
    return info(name, **{"type": tarfile.SYMTYPE, "linkname": target, **more}), b""


def hard(name: str, target: str, **more: object) -> tuple[tarfile.TarInfo, bytes]:
    return info(name, **{"type": tarfile.LNKTYPE, "linkname": target, **more}), b""


def tar(members: Iterable[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for member, data in members:
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def configuration(layers: Sequence[bytes], **more: object) -> bytes:
    rows = [{"created_by": f"layer {number}"} for number in range(len(layers))]
    diff_ids = ["sha256:" + digest(layer) for layer in layers]
    facts = {"os": "linux", "architecture": "amd64", "history": rows, "rootfs": {"diff_ids": diff_ids}, **more}
    return json.dumps(facts).encode()


def saved_parts(layers: Sequence[bytes], config: bytes | None = None) -> list[Part]:
    """The parts of a `docker save` archive, manifest first."""
    config = configuration(layers) if config is None else config
    names = [f"{number}/layer.tar" for number in range(len(layers))]
    manifest = [{"Config": "config.json", "RepoTags": ["made:1"], "Layers": names}]
    parts = [("manifest.json", json.dumps(manifest).encode()), ("config.json", config)]
    return parts + list(zip(names, layers, strict=True))


def archive(parts: Iterable[Part]) -> bytes:
    return tar(file(name, data) for name, data in parts)


def saved(*layers: bytes) -> io.BytesIO:
    return io.BytesIO(archive(saved_parts(layers)))
