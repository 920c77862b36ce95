"""The manifest of an image that was handed in beside the answers, and answers that are digests."""

from __future__ import annotations

import msgspec

from grader.model import NotObserved, Observation
from grader.model.reading import from_value

FILE = "manifest.json"


class Blob(msgspec.Struct, frozen=True):
    """A blob that a manifest names."""

    digest: str
    size: int


class Manifest(msgspec.Struct, frozen=True):
    """An image's manifest: its configuration, and its layers as they are stored in a registry, the lowest first."""

    config: Blob
    layers: tuple[Blob, ...]


def manifest(seen: Observation) -> Manifest | str:
    """The manifest that was handed in, or why there is none."""
    if seen.answers is None:
        raise NotObserved(seen.refusal or "there are no answers", machine=False)
    attached = seen.attached.get(FILE)
    if attached is None:
        return f"there is no {FILE} beside the answers"
    try:
        kind = msgspec.json.decode(attached.text)
        if isinstance(kind, dict) and "manifests" in kind:
            return f"{FILE} is an index, which names {len(kind['manifests'])} manifests, not the manifest of an image"
        return from_value(kind, Manifest)
    except (msgspec.MsgspecError, TypeError, RecursionError, UnicodeError):
        return f"{FILE} is not the manifest of an image"


def same_digest(given: str, wanted: str) -> bool:
    """Whether an answer names a digest, with or without the name of the algorithm in front."""
    return given.lower().removeprefix("sha256:") == wanted.removeprefix("sha256:")
