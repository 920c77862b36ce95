"""Build stages, and the variables in force at each instruction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from grader.dockerfile.expansion import expand
from grader.dockerfile.text import failure
from grader.errors import DockerfileError
from grader.model.dockerfile import Dockerfile, Instruction, Stage

Variables = Mapping[str, str]

MOST_VARIABLES = 1_000
MOST_INSTRUCTIONS = 5_000
"""What `environment` holds at most; a file made to fill the memory has more."""


def stages(instructions: Sequence[Instruction], escape: str, build_args: Variables) -> tuple[Stage, ...]:
    """The build stages in order; `base` is FROM's image, expanded by the ARGs before the first FROM.

    Names are in small letters, as BuildKit keeps them. Raises DockerfileError where an ARG's value or an image's name
    cannot be expanded.
    """
    scope: Variables = {}
    opened: list[Stage] = []
    for instruction in instructions:
        if instruction.stage < 0:
            scope = _after(instruction, scope, {}, build_args, escape)
        elif instruction.stage == len(opened):
            arguments = instruction.arguments
            opened.append(
                Stage(
                    index=instruction.stage,
                    name=arguments[2].lower() if len(arguments) == 3 else "",
                    base=_expanded(arguments[0], scope, escape, instruction.start),
                    start=instruction.start,
                    end=instructions[-1].end,
                )
            )
    ends = [stage.start - 1 for stage in opened[1:]]
    return (*map(_ended, opened, ends), *opened[-1:])


def _ended(stage: Stage, end: int) -> Stage:
    return msgspec.structs.replace(stage, end=end)


def environment(
    dockerfile: Dockerfile, build_args: Variables | None = None, images: Mapping[str, Variables] | None = None
) -> tuple[Variables, ...]:
    """For each instruction, the variables that it can use: those of ARG and ENV before it, in its stage.

    A stage that is built on an earlier one begins with that one's variables, as BuildKit v0.25.2 does it for ARG too
    (in FROM, unlike in COPY --from, capitals do not name a stage);
    `images` gives the variables of other base images (PATH and such). `build_args` are what `--build-arg` gives; they
    count for the names that an ARG declares. Raises DockerfileError where a value cannot be expanded.
    """
    if len(dockerfile.instructions) > MOST_INSTRUCTIONS:
        raise DockerfileError(f"the Dockerfile has more than {MOST_INSTRUCTIONS} instructions")
    build_args, images = build_args or {}, images or {}
    outside: Variables = {}
    scope: Variables = {}
    ends: dict[str, Variables] = {}
    seen: list[Variables] = []
    for instruction in dockerfile.instructions:
        if instruction.name == "FROM":
            if instruction.stage:
                _keep(ends, dockerfile.stages[instruction.stage - 1], scope)
            base = _expanded(instruction.arguments[0], outside, dockerfile.escape, instruction.start)
            scope = ends.get(base) or images.get(base, {})
            seen.append(outside)
        elif instruction.stage < 0:
            seen.append(outside)
            outside = _after(instruction, outside, {}, build_args, dockerfile.escape)
        else:
            seen.append(scope)
            scope = _after(instruction, scope, outside, build_args, dockerfile.escape)
    return tuple(seen)


def _keep(ends: dict[str, Variables], stage: Stage, scope: Variables) -> None:
    if stage.name:
        ends[stage.name] = scope


def _after(
    instruction: Instruction, scope: Variables, outside: Variables, build_args: Variables, escape: str
) -> Variables:
    """The variables once `instruction` is done; `outside` are those of the ARGs before the first FROM."""
    if len(scope) > MOST_VARIABLES:
        raise failure(f"more than {MOST_VARIABLES} variables", instruction.start)
    if instruction.name == "ENV":
        words = [_expanded(word, scope, escape, instruction.start) for word in instruction.arguments]
        return {**scope, **dict(zip(words[::3], words[1::3], strict=True))}
    if instruction.name != "ARG":
        return scope
    changed = dict(scope)
    for argument in instruction.arguments:
        written, equals, default = argument.partition("=")
        name = _expanded(written, changed, escape, instruction.start)
        if name in build_args:
            changed[name] = build_args[name]
        elif equals:
            changed[name] = _expanded(default, changed, escape, instruction.start)
        elif name in outside:
            changed[name] = outside[name]
    return changed


def _expanded(word: str, scope: Variables, escape: str, line: int) -> str:
    try:
        return expand(word, scope, escape)
    except DockerfileError as error:
        raise failure(error.what, line, error.do) from None
