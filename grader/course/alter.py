"""Mutants of the solutions that are no Dockerfile: a script of commands, and a file of answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.answers import SOURCE
from grader.course.mutate import Mutant

COMMANDS, ANSWERS = SOURCE["image"], SOURCE["answers"]

# A command goes on over lines that end with a backslash, and over those of a quoted text.
_COMMAND = re.compile(r"""^[ \t]*#[^\n]*|(?:[^'"\\\n]|\\.|\\\n|'[^']*'|"(?:[^"\\]|\\.)*")+""", re.DOTALL | re.MULTILINE)
_WORD = re.compile(r"""(?:[^\s'"\\]|\\\S|'[^']*'|"(?:[^"\\]|\\.)*")+""", re.DOTALL)
_SETS_A_NAME = re.compile(r"[a-z]+=\S*")
_SHORT = frozenset(("-m", "-a", "-c", "-e", "-u", "-w", "-o", "-i"))
_LONG = frozenset(f"--{name}" for name in ("message", "author", "change", "env", "user", "workdir", "output", "input"))
# They change what a container is called and what is waited for, and a command that does not wait wins or loses a race.
_LEFT_ALONE = frozenset(("--name", "--attach", "--detach"))
_SCRIPT = re.compile(r"'([^']*&&[^']*)'")
_ENTRY = re.compile(r'"[^"\n]*"')


def command_mutants(text: str) -> tuple[Mutant, ...]:
    """A script of docker commands with one command gone (`delete`), or one option of a command with its value
    (`option`), or one of the commands that `&&` joins (`command`). Comments and names that are set stay as they are.
    """
    return tuple(one for found in _COMMAND.finditer(text) for one in _altered(text, found))


def answer_mutants(text: str) -> tuple[Mutant, ...]:
    """A file of answers with one text of it gone (`fewer`), in a list or alone."""
    return tuple(
        _mutant(text, found.start(), found.end(), '""', "fewer", found[0], ANSWERS)
        for found in _ENTRY.finditer(text)
        if not text[text.rfind("\n", 0, found.start()) + 1 : found.start()].lstrip().startswith("#")
    )


def _altered(text: str, found: re.Match[str]) -> Iterator[Mutant]:
    command = found[0]
    if not command.strip() or command.lstrip().startswith("#") or _SETS_A_NAME.fullmatch(command.strip()):
        return
    yield _mutant(text, found.start(), found.end(), "", "delete", command)
    words = list(_WORD.finditer(command))
    for word, after in zip(words, [*words[1:], None], strict=True):
        if word[0].startswith("-") and word[0] not in _LEFT_ALONE:
            last = after if after and word[0] in _SHORT | _LONG else word
            left = f"{command[: word.start()].rstrip(' ')} {command[last.end() :].lstrip(' ')}".strip()
            yield _mutant(text, found.start(), found.end(), left, "option", left)
    for left in _fewer(command):
        yield _mutant(text, found.start(), found.end(), left, "command", left)


def _fewer(command: str) -> Iterator[str]:
    for script in _SCRIPT.finditer(command):
        parts = [part.strip() for part in script[1].split("&&")]
        for left_out in range(len(parts)):
            left = " && ".join(part for number, part in enumerate(parts) if number != left_out)
            yield command[: script.start(1)] + left + command[script.end(1) :]


def _mutant(text: str, start: int, end: int, instead: str, operator: str, name: str, file: str = COMMANDS) -> Mutant:
    return Mutant(
        operator=operator,
        text=" ".join(name.replace("\\\n", " ").split()),
        line=text.count("\n", 0, start) + 1,
        data=(text[:start] + instead + text[end:]).encode(),
        file=file,
    )
