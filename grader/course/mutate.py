"""A Dockerfile -> its mutants: every instruction deleted or altered, one at a time."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from grader import dockerfile
from grader.course.operators import OPERATORS, order_matters
from grader.errors import DockerfileError
from grader.model import Dockerfile, Instruction

DOCKERFILE = "Dockerfile"
IGNORE = ".dockerignore"


class Mutant(msgspec.Struct, frozen=True, kw_only=True):
    """One change: `file` then holds `data`; `line` is where it was made, in the file as it was before.

    `operator` and `text` name the mutant in mutants.toml; `text` is what was deleted, or what stands there now.
    """

    operator: str
    text: str
    line: int
    data: bytes
    file: str = DOCKERFILE


def mutants(data: bytes) -> tuple[Mutant, ...]:
    """The mutants of a Dockerfile, in the order of its lines; none that says the same as it, or as another one.

    Raises DockerfileError where `data` does not parse.
    """
    parsed = dockerfile.parse(data)
    known = {_normal(data)}
    found = []
    for mutant in sorted(_mutants(parsed), key=lambda one: one.line):
        normal = _normal(mutant.data)
        if normal not in known:
            known.add(normal)
            found.append(mutant)
    return tuple(found)


def ignore_mutants(data: bytes) -> tuple[Mutant, ...]:
    """The mutants of a .dockerignore: each of its patterns deleted."""
    lines = data.decode("utf-8", "replace").splitlines()
    return tuple(
        Mutant(operator="ignore", text=line.strip(), line=number, data=_joined(lines, number, number, []), file=IGNORE)
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.lstrip().startswith("#")
    )


def _mutants(parsed: Dockerfile) -> Iterator[Mutant]:
    lines = list(parsed.lines)
    for one in parsed.instructions:
        yield _made("delete", one.text, one, _joined(lines, one.start, one.end, []))
        head = one.end - _script_lines(one)
        for name, operator in OPERATORS.items():
            for text in operator(one):
                yield _made(name, text, one, _joined(lines, one.start, head, [text]))
        if one.name == "RUN":
            yield from _without_a_script_line(one, lines, head)
    for first, second in zip(parsed.instructions, parsed.instructions[1:], strict=False):
        if order_matters(first, second):
            swapped = [
                *lines[second.start - 1 : second.end],
                *lines[first.end : second.start - 1],
                *lines[first.start - 1 : first.end],
            ]
            text = f"{_plain(second.text)} | {_plain(first.text)}"
            yield _made("swap", text, first, _joined(lines, first.start, second.end, swapped))


def _without_a_script_line(one: Instruction, lines: list[str], head: int) -> Iterator[Mutant]:
    """RUN without one line of its here-documents."""
    marks = {heredoc.name for heredoc in one.heredocs}
    for number in range(head + 1, one.end + 1):
        line = lines[number - 1].strip()
        if line and not line.startswith("#") and line not in marks:
            yield _made("script", line, one, _joined(lines, number, number, []))


def _script_lines(one: Instruction) -> int:
    """How many lines the here-documents take at the end of an instruction, their closing marks included."""
    return sum(heredoc.content.count("\n") + 1 for heredoc in one.heredocs)


def _made(operator: str, text: str, one: Instruction, data: bytes) -> Mutant:
    return Mutant(operator=operator, text=_plain(text), line=one.start, data=data)


def _joined(lines: list[str], first: int, last: int, instead: list[str]) -> bytes:
    """The file with the lines from `first` to `last`, counted from 1, replaced."""
    return "".join(f"{line}\n" for line in [*lines[: first - 1], *instead, *lines[last:]]).encode()


def _plain(text: str) -> str:
    return " ".join(text.split())


def _normal(data: bytes) -> object:
    """What two Dockerfiles that say the same have in common; the text itself where it does not parse."""
    try:
        parsed = dockerfile.parse(data)
    except DockerfileError:
        return _plain(data.decode())
    return tuple(
        (
            one.name,
            tuple(sorted(one.flags)),
            one.arguments if one.json else tuple(_plain(word) for word in one.arguments),
            one.json,
            one.heredocs,
            _plain(one.text) if one.trigger else "",
        )
        for one in parsed.instructions
    )
