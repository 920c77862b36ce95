"""Which configuration and which layers make up the image of an archive, and the configuration as values.

Formats: the manifest.json of `docker save`, and the OCI image layout, index, manifest and configuration specifications.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from hashlib import sha256

import msgspec

from grader.errors import ImageError
from grader.image.wire import SAVE_AGAIN, Configuration, Descriptor, Index, Manifest, Platform, Saved, decoded

_ONE_IMAGE = "save one image: docker save NAME:TAG"
_ROOT_FOLDERS = frozenset(("bin", "dev", "etc", "home", "lib", "proc", "root", "sbin", "sys", "tmp", "usr", "var"))
_ROOT_ENOUGH = 3
_ATTESTATION = "vnd.docker.reference.type"


class Found(msgspec.Struct, frozen=True):
    """The image of an archive: digest and contents of its configuration, names of its layers, tags."""

    id: str
    config: bytes
    layers: tuple[str, ...]
    tags: tuple[str, ...]


def find(documents: Mapping[str, bytes], platform: str, tops: Set[str] = frozenset()) -> Found:
    """The one image that the JSON `documents` of an archive (path -> contents) describe; `tops` are names at its top.

    Raises ImageError where there is none, where there are several, or where a part is missing.
    """
    saved = documents.get("manifest.json")
    if saved is not None:
        images = decoded(saved, tuple[Saved, ...], "manifest.json")
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
    if len(tops & _ROOT_FOLDERS) >= _ROOT_ENOUGH:
        there = ", ".join(sorted(tops & _ROOT_FOLDERS)[:4])
        raise ImageError(
            f"not an image: the archive holds a file system ({there}, …), as docker export writes it",
            "docker export gives only a container's files; docker save gives an image, with layers and configuration",
        )
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
        raise ImageError("the archive's index names no image that the archive holds", SAVE_AGAIN)
    digest = next(iter(matching))
    manifest = decoded(documents[_blob(digest)], Manifest, f"manifest {digest}")
    config = _document(documents, _blob(manifest.config.digest), "the image's configuration")
    return Found(_digest(config), config, tuple(_blob(layer.digest) for layer in manifest.layers), tuple(tags))


def configuration(found: Found, platform: str) -> Configuration:
    """The stored configuration; raises ImageError where it is not one, or is for another platform."""
    stored = decoded(found.config, Configuration, "the image's configuration")
    have = Platform(stored.os or "linux", stored.architecture)
    if not _matches(have, platform):
        raise ImageError(
            f"the image is for {have.os}/{have.architecture}, and {platform} is wanted",
            f"build it for that platform: docker build --platform {platform}",
        )
    if len(stored.rootfs.diff_ids or ()) != len(found.layers):
        count = len(stored.rootfs.diff_ids or ())
        raise ImageError(f"the configuration names {count} layers and the manifest {len(found.layers)}", SAVE_AGAIN)
    return stored


def _index(raw: bytes, name: str) -> tuple[Descriptor, ...]:
    return decoded(raw, Index, name).manifests


def _matches(have: Platform | None, wanted: str) -> bool:
    os, _, architecture = wanted.partition("/")
    if have is None:
        return True
    return have.os == os and (not architecture or have.architecture == architecture.split("/")[0])


def _document(documents: Mapping[str, bytes], path: str, what: str) -> bytes:
    raw = documents.get(path)
    if raw is None:
        raise ImageError(f"{what} ({path}) is not in the archive", SAVE_AGAIN)
    return raw


def _blob(digest: str) -> str:
    return "blobs/" + digest.replace(":", "/", 1)


def _digest(raw: bytes) -> str:
    return "sha256:" + sha256(raw).hexdigest()
