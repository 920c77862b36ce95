"""Dockerfiles as values: instructions with their lines, stages, variables; and what .dockerignore leaves out."""

from __future__ import annotations

from collections.abc import Mapping

from grader.dockerfile.bounds import bounded
from grader.dockerfile.check import check
from grader.dockerfile.expansion import expand
from grader.dockerfile.ignore import Patterns, ignored, parse_ignore
from grader.dockerfile.reader import Reader
from grader.dockerfile.stages import environment, stages
from grader.dockerfile.syntax import without_check, without_syntax
from grader.dockerfile.text import decode
from grader.model.dockerfile import Dockerfile

__all__ = [
    "Patterns",
    "bounded",
    "decode",
    "environment",
    "expand",
    "ignored",
    "parse",
    "parse_ignore",
    "without_check",
    "without_syntax",
]


def parse(data: bytes, build_args: Mapping[str, str] | None = None) -> Dockerfile:
    """The Dockerfile in `data`; `build_args` count where FROM's image is made of variables.

    Raises DockerfileError with a line for what BuildKit v0.25.2 refuses before it builds: first for lines that cannot
    be read, then for instructions that cannot be. Reads UTF-8, with or without a byte order mark, LF or CRLF.
    """
    reader = Reader(decode(data))
    instructions = reader.read()
    check(instructions)
    return Dockerfile(
        instructions=tuple(instructions),
        stages=stages(instructions, reader.escape, build_args or {}),
        directives=tuple(reader.directives),
        escape=reader.escape,
        lines=reader.lines,
    )
