"""The images that a Dockerfile takes files from, beside those that its stages start from."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from grader.model.dockerfile import Dockerfile, Instruction


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """An image named in `COPY --from` or `RUN --mount=…,from=`, with the line of its instruction."""

    image: str
    line: int


def sources(dockerfile: Dockerfile) -> tuple[Source, ...]:
    """The images that files are taken from, in the order of the text; earlier stages, by name or number, are none."""
    found: list[Source] = []
    for one in dockerfile.instructions:
        earlier = {"scratch", *(stage.name.lower() for stage in dockerfile.stages[: max(one.stage, 0)] if stage.name)}
        images = (name for name in _named(one) if name and not name.isdigit() and name.lower() not in earlier)
        found += [Source(image=name, line=one.start) for name in images]
    return tuple(found)


def _named(one: Instruction) -> Iterator[str]:
    for flag in one.flags:
        name, _, value = flag.partition("=")
        if one.name == "COPY" and name == "--from":
            yield value.strip("\"'")
        if one.name == "RUN" and name == "--mount":
            for part in value.strip("\"'").split(","):
                key, _, image = part.partition("=")
                if key.strip().lower() == "from":
                    yield image.strip()
