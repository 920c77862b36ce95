"""How many bytes each step of a build added to the image, as the image's history tells: no layer is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from grader.errors import DrydockError
from grader.model import Build, Dockerfile

if TYPE_CHECKING:
    from grader.engine.client import Engine
    from grader.engine.images import Row


def with_added_bytes(build: Build, dockerfile: Dockerfile | None, target: str, engine: Engine) -> Build:
    """The build with the bytes that its steps added, where the engine tells; steps of other stages added none of it.

    `dockerfile` is what was built (None: it cannot be parsed), `target` the stage (empty: the last).
    """
    from grader.image import lines_of_rows
    from grader.model.image import HistoryRow
    from grader.observe.origin import base_of

    until = _up_to(dockerfile, target)
    if until is None or not build.image:
        return build
    base = base_of(until)
    try:
        rows = _oldest_first(engine, build.image)
        below = _oldest_first(engine, base) if base != "scratch" else []
    except DrydockError:
        return build
    if [row.created_by for row in below] != [row.created_by for row in rows[: len(below)]]:
        return build
    history = [HistoryRow(created_by=row.created_by, comment=row.comment, empty_layer=not row.bytes) for row in rows]
    lines = lines_of_rows(history, until, len(below))
    added = {line: row.bytes for line, row in zip(lines, rows, strict=True) if line is not None}
    steps = tuple(replace(step, bytes=added.get(step.line)) if step.line else step for step in build.steps)
    return replace(build, steps=steps)


def _up_to(dockerfile: Dockerfile | None, target: str) -> Dockerfile | None:
    """The Dockerfile with the stage `target` as its last one; None where there is no such stage."""
    if dockerfile is None or not target:
        return dockerfile if dockerfile and dockerfile.stages else None
    for stage in dockerfile.stages:
        if target.lower() in (stage.name.lower(), str(stage.index)):
            return replace(dockerfile, stages=dockerfile.stages[: stage.index + 1])
    return None


def _oldest_first(engine: Engine, image: str) -> list[Row]:
    return list(reversed(engine.history(image)))
