"""Which line of the Dockerfile a step is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from grader.model.build import Step
from grader.model.dockerfile import Dockerfile, Instruction

LAYERS = ("RUN", "COPY", "ADD", "WORKDIR")


def with_lines(steps: Sequence[Step], dockerfile: Dockerfile) -> tuple[Step, ...]:
    """The steps of BuildKit, each with its first line in `dockerfile`.

    A step is found by its place in its stage, because the builder has expanded the variables in its text. Where another
    build does the same step at the same moment, though, BuildKit gives it the place that it has there; so a text that
    stands exactly once in `dockerfile` counts more. What a base image's ONBUILD adds stands at the FROM that brings
    it. A step that fits nowhere has no line. The steps come in the order of their stages.
    """
    ordered = sorted(steps, key=lambda step: stage_index(step.stage, dockerfile) or 0)
    return tuple(msgspec.structs.replace(step, line=_line(step, dockerfile)) for step in ordered)


def _line(step: Step, dockerfile: Dockerfile) -> int | None:
    stage = stage_index(step.stage, dockerfile)
    by_text = [each.start for each in dockerfile.instructions if _plain(each.text) == _plain(step.command)]
    if len(by_text) == 1:
        return by_text[0]
    if stage is None or not step.number:
        return None
    layers = [each for each in dockerfile.instructions if each.stage == stage and each.name in LAYERS]
    place = step.number - 2 - (step.total - 1 - len(layers))
    if place < 0:
        return dockerfile.stages[stage].start
    if place < len(layers) and _same(step, layers[place]):
        return layers[place].start
    return None


def _same(step: Step, instruction: Instruction) -> bool:
    return step.command.upper().split(maxsplit=1)[:1] == [instruction.name]


def _plain(text: str) -> str:
    return " ".join(text.split())


def stage_index(name: str, dockerfile: Dockerfile) -> int | None:
    """The index of the stage that the builder calls `name`: its own name, `stage-N`, or nothing for an only one."""
    for stage in dockerfile.stages:
        if stage.name and stage.name.lower() == name.lower():
            return stage.index
    number = name.removeprefix("stage-")
    if number.isdecimal() and number.isascii() and len(number) < 6 and int(number) < len(dockerfile.stages):
        return int(number)
    return len(dockerfile.stages) - 1 if not name and dockerfile.stages else None
