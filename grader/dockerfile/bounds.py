"""How large a Dockerfile may be once it is read, and once its variables stand for their values.

The builder expands variables in the engine itself, where no limit of a build step holds: sixty lines of `ARG B=$A$A`
fill the memory of the machine. So the size is reckoned before, never too small, and without making the values.
"""

from __future__ import annotations

import re

from grader.dockerfile.text import failure
from grader.errors import SubmissionError
from grader.model.dockerfile import Dockerfile, Instruction

INSTRUCTIONS = 1_000
CHARACTERS = 20_000_000
"""Of all values and words together."""

UNKNOWN = 1_000
"""The length of a variable that only the base image may have."""

_REFERENCE = re.compile(r"\$\{?([A-Za-z_][A-Za-z_0-9]*)(\}|:?[-+?#%/])?")
_AS_WRITTEN = frozenset(("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL", "ONBUILD", "MAINTAINER"))


def bounded(dockerfile: Dockerfile) -> Dockerfile:
    """The same Dockerfile.

    Raises SubmissionError where it has more than INSTRUCTIONS, and DockerfileError with the line where its variables
    come to more than CHARACTERS. Neither names a folder: whoever hands in the same bytes is told the same.
    """
    count = len(dockerfile.instructions)
    if count > INSTRUCTIONS:
        raise SubmissionError(
            f"the Dockerfile has {count:,} instructions; at most {INSTRUCTIONS:,} are built",
            "join steps that belong together",
        )
    total = 0
    lengths: dict[str, int] = {}
    for instruction in dockerfile.instructions:
        if instruction.name in _AS_WRITTEN:
            continue
        total += _length(instruction.text, lengths)
        total += sum(_length(one.content, lengths) for one in instruction.heredocs if one.expand)
        if total > CHARACTERS:
            raise failure(
                f"its variables expand to more than {CHARACTERS:,} characters",
                instruction.start,
                "Write the value itself, or put it into a file.",
            )
        for name, value in _set(instruction):
            lengths[name] = max(lengths.get(name, 0), _length(value, lengths))
    return dockerfile


def _set(instruction: Instruction) -> list[tuple[str, str]]:
    """The variables that an instruction sets, each with the text of its value."""
    words = instruction.arguments
    if instruction.name == "ENV":
        return list(zip(words[::3], words[1::3], strict=True))
    if instruction.name == "ARG":
        pairs = [word.partition("=") for word in words]
        return [(name, value) for name, equals, value in pairs if equals]
    return []


def _length(text: str, lengths: dict[str, int]) -> int:
    """At most so many characters come of `text`; what replaces pieces of a value can put all of the text for each."""
    total = len(text)
    for name, operator in _REFERENCE.findall(text):
        known = lengths.get(name, UNKNOWN)
        total += known * len(text) if operator.endswith("/") else known
    return total
