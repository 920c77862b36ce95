"""Where in the Dockerfile a property of the image comes from: only to point at a line, and for checks of the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from grader.model import Dockerfile, File, Instruction, Observation, Stage

PUT = ("COPY", "ADD", "RUN")


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


def line_about(seen: Observation, path: str, file: File | None = None) -> int | None:
    """The line of the instruction that put `file` into the image, or that may have put something at `path`.

    Without a file, or where its layer tells nothing, it is the last instruction that names the path's file or folder.
    """
    if file is not None and (line := line_of_layer(seen, file.layer)) is not None:
        return line
    folder, _, name = path.rpartition("/")
    for word in filter(None, (name, folder)):
        named = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w.-])")
        line = last_line(seen, lambda one, named=named: one.name in PUT and bool(named.search(_about_paths(one))))  # type: ignore[misc]
        if line is not None:
            return line
    return None


def line_of_layer(seen: Observation, layer: int) -> int | None:
    """The line of the instruction that made this layer of the image; None where that is not known."""
    return seen.built.layers[layer].line if 0 <= layer < len(seen.built.layers) else None


def whole(one: Instruction) -> str:
    """The instruction's text with its here-documents."""
    return "\n".join([one.text, *(heredoc.content for heredoc in one.heredocs)])


def _about_paths(one: Instruction) -> str:
    """Where the instruction names the paths that it writes to: what COPY takes from a here-document is contents."""
    return whole(one) if one.name == "RUN" else one.text


def takes_from_context(dockerfile: Dockerfile) -> bool:
    """Whether an instruction takes a file of the build context: COPY, ADD, or a bind mount of RUN."""
    return any(_takes(one) for one in dockerfile.instructions)


def _takes(one: Instruction) -> bool:
    if one.name in ("COPY", "ADD"):
        elsewhere = any(flag.startswith("--from=") for flag in one.flags)
        return not elsewhere and any(not source.startswith("<<") for source in one.arguments[:-1])
    mounts = [flag for flag in one.flags if flag.startswith("--mount=")] if one.name == "RUN" else []
    return any(("type=bind" in flag or "type=" not in flag) and "from=" not in flag for flag in mounts)
