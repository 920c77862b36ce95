"""The question of how an image is built and tagged by its bake file, and its answer."""

from __future__ import annotations

import msgspec

from grader.model.build import BuildFailure
from grader.model.question import Probe


class TaggedImage(msgspec.Struct, frozen=True, kw_only=True):
    """One target, built and tagged.

    `asked` are the names as the bake file has them, `names` those that the engine then gives for the image, `refused`
    what it said of the others; `labels` are the image's. `failure` is set where there is no image.
    """

    target: str
    asked: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    refused: dict[str, str] = msgspec.field(default_factory=dict)
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    failure: BuildFailure | None = None


class TaggedSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The images of all targets, or in `error` why there is none."""

    images: tuple[TaggedImage, ...] = ()
    error: str = ""


class Tagged(Probe[TaggedSeen], frozen=True, kw_only=True, tag=True):
    """Build the targets of docker-bake.hcl with their arguments and labels, and give the images their names."""
