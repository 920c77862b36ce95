"""Where each layer of an image comes from: the base image, or a line of the Dockerfile."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from msgspec.structs import replace

from grader import image as images
from grader.engine.client import Engine
from grader.errors import UsageError
from grader.model import Dockerfile, Image


def with_origins(image: Image, dockerfile: Dockerfile, engine: Engine) -> tuple[Image, int]:
    """The image with the line that made each of its layers, and how many layers, the lowest, are the base image's.

    The base image is compared layer by layer. Where the engine does not know it under the name in FROM, the layers
    below the first one that has a line count as its.
    """
    rows, layers = _base(image, dockerfile, engine)
    lines = images.lines_of_rows(image.history, dockerfile, rows)
    made_by = {row.layer: line for row, line in zip(image.history, lines, strict=True) if row.layer is not None}
    named = tuple(replace(layer, line=made_by.get(number)) for number, layer in enumerate(image.layers))
    if layers is None:
        layers = next((number for number, layer in enumerate(named) if layer.line is not None), len(named))
    return replace(image, layers=named), layers


def layers_of_base(image: Image, bases: Iterable[str], engine: Engine) -> int:
    """How many of the image's layers, the lowest, are those of one of `bases`; 0 where it starts from none of them."""
    mine = tuple(layer.diff_id for layer in image.layers)
    found = [0]
    for name in bases:
        with suppress(UsageError):
            below = tuple(engine.inspect(name)["RootFS"].get("Layers") or ())
            found.append(len(below) if below == mine[: len(below)] else 0)
    return max(found)


def _base(image: Image, dockerfile: Dockerfile, engine: Engine) -> tuple[int, int | None]:
    """How many rows of the history and how many layers are the base image's (None: not known)."""
    name = base_of(dockerfile)
    if name in ("", "scratch"):
        return 0, 0
    try:
        below = tuple(engine.inspect(name)["RootFS"].get("Layers") or ())
        rows = len(engine.history(name))
    except UsageError:
        return 0, None
    same = below == tuple(layer.diff_id for layer in image.layers[: len(below)])
    return (rows, len(below)) if same and rows <= len(image.history) else (0, None)


def base_of(dockerfile: Dockerfile) -> str:
    """The image that the last stage starts from, through earlier stages that it is FROM; empty without a stage."""
    stages = dockerfile.stages
    at = len(stages) - 1
    while at >= 0:
        name = stages[at].base
        earlier = [stage.index for stage in stages[:at] if stage.name and stage.name.lower() == name.lower()]
        if not earlier:
            return name
        at = earlier[-1]
    return ""
