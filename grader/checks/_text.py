"""Where in the Dockerfile a property of the image comes from: only to point at a line, and for checks of the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from grader.model import Dockerfile, Instruction, Observation, Stage


def external_bases(dockerfile: Dockerfile) -> Iterator[Stage]:
    """The stages that start from an image of elsewhere: neither from scratch nor from an earlier stage."""
    earlier: set[str] = set()
    for stage in dockerfile.stages:
        if stage.base.lower() not in earlier | {"scratch"}:
            yield stage
        earlier.add(stage.name.lower())


def of_the_image(dockerfile: Dockerfile) -> tuple[Instruction, ...]:
    """The instructions of the last stage and of the stages that it starts from, in the order of the text."""
    stages = dockerfile.stages
    chain: set[int] = set()
    at = len(stages) - 1
    while at >= 0:
        chain.add(at)
        base = stages[at].base.lower()
        at = next((stage.index for stage in reversed(stages[:at]) if stage.name and stage.name.lower() == base), -1)
    return tuple(one for one in dockerfile.instructions if one.stage in chain)


def last_line(seen: Observation, wanted: Callable[[Instruction], bool]) -> int | None:
    """The line of the image's last instruction that is wanted, or None."""
    if seen.dockerfile is None:
        return None
    return max((one.start for one in of_the_image(seen.dockerfile) if wanted(one)), default=None)


def line_of(seen: Observation, *names: str) -> int | None:
    """The line of the last instruction of the first of these names that there is, or None."""
    lines = (last_line(seen, lambda one, name=name: one.name == name) for name in names)  # type: ignore[misc]
    return next((line for line in lines if line is not None), None)
