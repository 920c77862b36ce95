"""BuildKit's own build checks: as the build gave them, or asked for again where the Dockerfile switches them."""

from __future__ import annotations

import re
from collections.abc import Callable

from grader import dockerfile as dockerfiles
from grader.errors import MachineError
from grader.model import Build, EngineFacts, Remark

SOURCE = "buildkit"
FIRST = 27
"""The first Docker Engine whose BuildKit has build checks."""

_RULE = re.compile(r"([A-Z][A-Za-z]+): (.+)", re.DOTALL)


def remarks(
    text: bytes,
    build: Build,
    engine: EngineFacts | None,
    ask: Callable[[bytes], tuple[Remark, ...]],
) -> tuple[Remark, ...]:
    """The remarks; raises MachineError where this engine or this builder makes none."""
    if build.builder != "buildkit":
        raise MachineError("the classic builder has no build checks")
    major = re.match(r"\d+", engine.version) if engine else None
    if major and int(major[0]) < FIRST:
        raise MachineError(f"Docker Engine {engine.version if engine else ''} has no build checks; {FIRST} has")
    bare = dockerfiles.without_check(text)
    if bare != text:
        return ask(bare)
    return tuple(dict.fromkeys(_remark(each.text, each.line) for each in build.remarks))


def _remark(text: str, line: int | None) -> Remark:
    found = _RULE.fullmatch(text)
    rule, said = (found[1], found[2]) if found else ("", text)
    return Remark(source=SOURCE, rule=rule, text=said, line=line)
