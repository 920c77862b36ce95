"""The JSON of archives as it is stored: manifest.json, OCI index, manifest, configuration; any part may be null."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from grader.errors import ImageError
from grader.model.reading import from_json

SAVE_AGAIN = "save it again: docker save -o FILE NAME:TAG"

T = TypeVar("T")


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


def decoded(raw: bytes, kind: type[T], name: str) -> T:
    """`raw` as a value of `kind`; raises ImageError, which calls it `name`, where it is none."""
    try:
        return from_json(raw, kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise ImageError(f"{name} of the archive cannot be read: {error}", SAVE_AGAIN) from error
