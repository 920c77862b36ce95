"""A Dockerfile as values: instructions with their lines, flags, arguments, here-documents and stages."""

from __future__ import annotations

import msgspec

INSTRUCTIONS = (
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
)
"""The instructions that there are."""


class Heredoc(msgspec.Struct, frozen=True, kw_only=True):
    """A here-document: `content` stands between the marks; `expand` says whether its variables are expanded."""

    name: str
    content: str
    expand: bool
    chomp: bool


class Directive(msgspec.Struct, frozen=True, kw_only=True):
    """A parser directive (`syntax`, `escape`, `check`) with its line."""

    name: str
    value: str
    line: int


class Instruction(msgspec.Struct, frozen=True, kw_only=True):
    """One instruction.

    `keyword` is as written, `name` is the same in capitals; `start` and `end` are lines counted from 1, here-documents
    included; `flags` are as written (`--from=build`); `arguments` are split as BuildKit splits them; `json` says
    whether they were given in JSON form; `text` is the logical line, continuation lines joined; `stage` is the index of
    the build stage (-1 before the first FROM). For ONBUILD, `trigger` is the instruction that it keeps for the child.
    """

    keyword: str
    start: int
    end: int
    flags: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    json: bool = False
    heredocs: tuple[Heredoc, ...] = ()
    text: str = ""
    stage: int = -1
    trigger: Instruction | None = None

    @property
    def name(self) -> str:
        """The keyword in capitals."""
        return self.keyword.upper()


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A build stage: `base` is FROM's image with global ARGs expanded, `name` what stands after AS (empty without)."""

    index: int
    name: str
    base: str
    start: int
    end: int


class Dockerfile(msgspec.Struct, frozen=True, kw_only=True):
    """A parsed Dockerfile; `lines` is the text, line by line, without line ends."""

    instructions: tuple[Instruction, ...]
    stages: tuple[Stage, ...] = ()
    directives: tuple[Directive, ...] = ()
    escape: str = "\\"
    lines: tuple[str, ...] = ()
