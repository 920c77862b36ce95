"""An image archive made of a root file system and a configuration, the same bytes each time."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

from grader.engine.bases.catalog import EPOCH, Base
from grader.engine.run import room_in

# The first words of the history row of an image that was built here; an image that was pulled has none of them.
MARK = "drydock: built from Debian packages: "


def write_archive(base: Base, layer: Path, tag: str, facts: Mapping[str, str], target: Path) -> None:
    """Write the archive that `docker load` reads to `target`, whole or not at all: one layer, the tar file `layer`.

    Layout and keys: Docker Image Specification 1.2. Raises DiskFullError when no space is left.
    """
    with layer.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    config = json.dumps(configuration(base, digest, facts), sort_keys=True).encode()
    image = hashlib.sha256(config).hexdigest()
    manifest = json.dumps([{"Config": f"{image}.json", "RepoTags": [tag], "Layers": [f"{digest}/layer.tar"]}]).encode()
    partial = target.with_name(f"{target.name}.partial")
    target.parent.mkdir(parents=True, exist_ok=True)
    with room_in(target.parent), partial.open("wb") as raw:
        with gzip.GzipFile("", "wb", 1, raw, mtime=0) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
            tar.addfile(_member(f"{image}.json", len(config)), io.BytesIO(config))
            with layer.open("rb") as file:
                tar.addfile(_member(f"{digest}/layer.tar", layer.stat().st_size), file)
            tar.addfile(_member("manifest.json", len(manifest)), io.BytesIO(manifest))
        raw.flush()
        partial.replace(target)


def configuration(base: Base, layer: str, facts: Mapping[str, str]) -> dict[str, object]:
    """The configuration of `base` as the specification has it; `layer` is the layer's SHA-256, in hexadecimal."""
    config: dict[str, object] = {"Env": [line.format_map(facts) for line in base.environment]}
    config |= {"Cmd": list(base.command)} if base.command else {}
    config |= {"User": base.user} if base.user else {}
    config |= {"WorkingDir": base.folder} if base.folder else {}
    row = {"created": _created(), "created_by": f"{MARK}{' '.join(base.packages)} (recipe {base.made_by})"}
    return {
        "architecture": architecture(),
        "os": "linux",
        "created": _created(),
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer}"]},
        "history": [row],
    }


def architecture() -> str:
    """This machine's architecture in Go's words, which Docker uses."""
    import platform

    machine = platform.machine()
    return {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}.get(machine, machine)


class LayerWriter:
    """Writes a layer's tar file entry by entry, all owned and dated as it should be, whoever writes it."""

    def __init__(self, target: Path) -> None:
        self._tar = tarfile.open(target, "w", format=tarfile.PAX_FORMAT)  # noqa: SIM115

    def __enter__(self) -> "LayerWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._tar.close()

    def folder(self, name: str, mode: int = 0o755, owner: int = 0) -> None:
        """A folder."""
        member = _member(name, 0, mode, owner)
        member.type = tarfile.DIRTYPE
        self._tar.addfile(member)

    def file(self, name: str, content: bytes, mode: int = 0o644) -> None:
        """A file with these bytes."""
        self._tar.addfile(_member(name, len(content), mode), io.BytesIO(content))

    def link(self, name: str, target: str, *, hard: bool = False) -> None:
        """A symbolic link, or another name of a file that was written before."""
        member = _member(name, 0, 0o755 if hard else 0o777)
        member.type = tarfile.LNKTYPE if hard else tarfile.SYMTYPE
        member.linkname = target
        self._tar.addfile(member)

    def tree(self, top: Path, prefix: str) -> None:
        """All below `top`, at `prefix`, in the order of names."""
        for path in sorted(top.rglob("*")):
            name = f"{prefix}/{path.relative_to(top)}"
            if path.is_symlink():
                self.link(name, str(path.readlink()))
            elif path.is_dir():
                self.folder(name)
            else:
                self.file(name, path.read_bytes(), path.stat().st_mode & 0o777)


def _created() -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(EPOCH, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _member(name: str, size: int, mode: int = 0o644, owner: int = 0) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, mode, EPOCH
    member.uid = member.gid = owner
    return member
