"""Which configuration and which layers make up the image of an archive, and the configuration as values.

Formats: the manifest.json of `docker save`, and the OCI image layout, index, manifest and configuration specifications.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from grader.errors import ImageError
from grader.model.image import Healthcheck, HistoryRow, ImageConfig

_ONE_IMAGE = "save one image: docker save NAME:TAG"
_SAVE_AGAIN = "save it again: docker save -o FILE NAME:TAG"
_SECOND = 1e9
_ATTESTATION = "vnd.docker.reference.type"

T = TypeVar("T")


class Found(msgspec.Struct, frozen=True):
    """The image of an archive: digest and contents of its configuration, names of its layers, tags."""

    id: str
    config: bytes
    layers: tuple[str, ...]
    tags: tuple[str, ...]


class Saved(msgspec.Struct, rename="pascal"):
    """An image in manifest.json."""

    config: str
    layers: tuple[str, ...] | None = ()
    repo_tags: tuple[str, ...] | None = None


class Platform(msgspec.Struct):
    os: str | None = ""
    architecture: str | None = ""


class Descriptor(msgspec.Struct, rename="camel"):
    """What an OCI index or manifest says about a blob."""

    digest: str
    annotations: dict[str, str] | None = None
    platform: Platform | None = None


class Index(msgspec.Struct):
    """An OCI index."""

    manifests: tuple[Descriptor, ...]


class Manifest(msgspec.Struct):
    """An OCI manifest."""

    config: Descriptor
    layers: tuple[Descriptor, ...]


class Health(msgspec.Struct, rename="pascal"):
    test: tuple[str, ...] | None = None
    interval: int | None = 0
    timeout: int | None = 0
    start_period: int | None = 0
    start_interval: int | None = 0
    retries: int | None = 0


class Run(msgspec.Struct, rename="pascal"):
    """The `config` of a configuration."""

    user: str | None = ""
    env: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | None = None
    cmd: tuple[str, ...] | None = None
    working_dir: str | None = ""
    labels: dict[str, str] | None = None
    exposed_ports: dict[str, Any] | None = None
    volumes: dict[str, Any] | None = None
    healthcheck: Health | None = None
    stop_signal: str | None = ""
    shell: tuple[str, ...] | None = None
    on_build: tuple[str, ...] | None = None


class Row(msgspec.Struct):
    created: str | None = ""
    created_by: str | None = ""
    comment: str | None = ""
    empty_layer: bool | None = False


class RootFs(msgspec.Struct):
    diff_ids: tuple[str, ...] | None = None


class Configuration(msgspec.Struct):
    """The configuration of an image, as stored."""

    rootfs: RootFs
    config: Run | None = None
    history: tuple[Row, ...] | None = None
    architecture: str | None = ""
    os: str | None = ""
    author: str | None = ""
    created: str | None = ""


def find(documents: Mapping[str, bytes], platform: str) -> Found:
    """The one image that the JSON `documents` of an archive (path -> contents) describe.

    Raises ImageError where there is none, where there are several, or where a part is missing.
    """
    saved = documents.get("manifest.json")
    if saved is not None:
        images = _decode(saved, tuple[Saved, ...], "manifest.json")
        unique = {(image.config, image.layers) for image in images}
        if len(unique) > 1:
            names = ", ".join(tag for image in images for tag in image.repo_tags or ()) or "without tags"
            raise ImageError(f"the archive holds {len(unique)} images ({names}), not one", _ONE_IMAGE)
        if images:
            config = _document(documents, images[0].config, "the image's configuration")
            tags = tuple(dict.fromkeys(tag for image in images for tag in image.repo_tags or ()))
            return Found(_digest(config), config, images[0].layers or (), tags)
    if "index.json" in documents:
        return _from_layout(documents, platform)
    raise ImageError(
        "not an image: the archive has neither manifest.json nor index.json",
        "docker save gives an image; docker export gives only a container's files",
    )


def _from_layout(documents: Mapping[str, bytes], platform: str) -> Found:
    """The image of an OCI layout without manifest.json, such as `docker buildx build --output type=oci` writes."""
    found: dict[str, Descriptor] = {}
    tags: list[str] = []
    waiting = [("index.json", descriptor) for descriptor in _index(documents["index.json"], "index.json")]
    seen: set[str] = set()
    while waiting:
        _, descriptor = waiting.pop(0)
        notes = descriptor.annotations or {}
        if _ATTESTATION in notes:
            continue
        tag = notes.get("io.containerd.image.name") or notes.get("org.opencontainers.image.ref.name")
        if tag and tag not in tags:
            tags.append(tag)
        if descriptor.digest in seen:
            continue
        seen.add(descriptor.digest)
        raw = documents.get(_blob(descriptor.digest))
        if raw is None:
            continue
        if b'"manifests"' in raw:
            waiting += [(descriptor.digest, below) for below in _index(raw, descriptor.digest)]
        else:
            found[descriptor.digest] = descriptor
    matching = {key: value for key, value in found.items() if _matches(value.platform, platform)} or found
    if len(matching) > 1:
        raise ImageError(f"the archive holds {len(matching)} images, not one", _ONE_IMAGE)
    if not matching:
        raise ImageError("the archive's index names no image that the archive holds", _SAVE_AGAIN)
    digest = next(iter(matching))
    manifest = _decode(documents[_blob(digest)], Manifest, f"manifest {digest}")
    config = _document(documents, _blob(manifest.config.digest), "the image's configuration")
    return Found(_digest(config), config, tuple(_blob(layer.digest) for layer in manifest.layers), tuple(tags))


def configuration(found: Found, platform: str) -> Configuration:
    """The stored configuration; raises ImageError where it is not one, or is for another platform."""
    stored = _decode(found.config, Configuration, "the image's configuration")
    have = Platform(stored.os or "linux", stored.architecture)
    if not _matches(have, platform):
        raise ImageError(
            f"the image is for {have.os}/{have.architecture}, and {platform} is wanted",
            f"build it for that platform: docker build --platform {platform}",
        )
    if len(stored.rootfs.diff_ids or ()) != len(found.layers):
        count = len(stored.rootfs.diff_ids or ())
        raise ImageError(f"the configuration names {count} layers and the manifest {len(found.layers)}", _SAVE_AGAIN)
    return stored


def config_of(stored: Configuration) -> ImageConfig:
    """The configuration as a value of the model, empty where it is silent."""
    run = stored.config or Run()
    return ImageConfig(
        user=run.user or "",
        env=run.env or (),
        entrypoint=run.entrypoint or (),
        cmd=run.cmd or (),
        workdir=run.working_dir or "",
        labels=run.labels or {},
        exposed_ports=tuple(sorted(run.exposed_ports or ())),
        volumes=tuple(sorted(run.volumes or ())),
        healthcheck=_health_of(run.healthcheck) if run.healthcheck else None,
        stop_signal=run.stop_signal or "",
        shell=run.shell or (),
        onbuild=run.on_build or (),
        architecture=stored.architecture or "",
        os=stored.os or "",
        author=stored.author or "",
        created=stored.created or "",
    )


def _health_of(health: Health) -> Healthcheck:
    return Healthcheck(
        test=health.test or (),
        interval=(health.interval or 0) / _SECOND,
        timeout=(health.timeout or 0) / _SECOND,
        start_period=(health.start_period or 0) / _SECOND,
        start_interval=(health.start_interval or 0) / _SECOND,
        retries=health.retries or 0,
    )


def history_of(stored: Configuration) -> tuple[HistoryRow, ...]:
    """The history, oldest first; the n-th row that is not marked as empty made the n-th layer."""
    layers = iter(range(len(stored.rootfs.diff_ids or ())))
    return tuple(
        HistoryRow(
            created_by=row.created_by or "",
            comment=row.comment or "",
            created=row.created or "",
            empty_layer=bool(row.empty_layer),
            layer=None if row.empty_layer else next(layers, None),
        )
        for row in stored.history or ()
    )


def _index(raw: bytes, name: str) -> tuple[Descriptor, ...]:
    return _decode(raw, Index, name).manifests


def _matches(have: Platform | None, wanted: str) -> bool:
    os, _, architecture = wanted.partition("/")
    if have is None:
        return True
    return have.os == os and (not architecture or have.architecture == architecture.split("/")[0])


def _decode(raw: bytes, kind: type[T], name: str) -> T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise ImageError(f"{name} of the archive cannot be read: {error}", _SAVE_AGAIN) from error


def _document(documents: Mapping[str, bytes], path: str, what: str) -> bytes:
    raw = documents.get(path)
    if raw is None:
        raise ImageError(f"{what} ({path}) is not in the archive", _SAVE_AGAIN)
    return raw


def _blob(digest: str) -> str:
    return "blobs/" + digest.replace(":", "/", 1)


def _digest(raw: bytes) -> str:
    return "sha256:" + sha256(raw).hexdigest()
