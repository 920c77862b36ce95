"""Mutation operators: from one instruction to the other ways that it could, wrongly, have been written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from grader.dockerfile.words import split_command, split_words
from grader.model import Instruction
from grader.model.reference import reference

Operator = Callable[[Instruction], Iterator[str]]


def flag_removed(one: Instruction) -> Iterator[str]:
    """The instruction without one of its flags."""
    for at in range(len(one.flags)):
        yield _line(one, (*one.flags[:at], *one.flags[at + 1 :]), _rest(one))


def tag_removed(one: Instruction) -> Iterator[str]:
    """FROM without the tag or digest; names made of variables are left alone."""
    if one.name != "FROM" or "$" in one.arguments[0]:
        return
    image, *rest = one.arguments
    found = reference(image)
    if found.pinned:
        bare = image.partition("@")[0]
        bare = bare.removesuffix(f":{found.tag}") if found.tag else bare
        yield _line(one, one.flags, " ".join([bare, *rest]))


def shell_form(one: Instruction) -> Iterator[str]:
    """What was in exec form, in shell form."""
    if one.json and one.name in ("RUN", "CMD", "ENTRYPOINT"):
        yield _line(one, one.flags, " ".join(one.arguments))


def command_removed(one: Instruction) -> Iterator[str]:
    """RUN in shell form without one of the commands that `&&` joins."""
    if one.name != "RUN" or one.json or one.heredocs:
        return
    commands = _commands(_rest(one))
    if len(commands) > 1:
        for at in range(len(commands)):
            yield _line(one, one.flags, " && ".join(commands[:at] + commands[at + 1 :]))


def option_removed(one: Instruction) -> Iterator[str]:
    """RUN in shell form without one of the options of its commands."""
    if one.name == "RUN" and not one.json and not one.heredocs:
        words = _rest(one).split()
        for at, word in enumerate(words):
            if re.fullmatch(r"--?[a-zA-Z][^\s'\";&|]*", word):
                yield _line(one, one.flags, " ".join(words[:at] + words[at + 1 :]))


def argument_removed(one: Instruction) -> Iterator[str]:
    """COPY and ADD without one of their sources; others without one of their words or pairs."""
    if one.name in ("COPY", "ADD"):
        *sources, target = one.arguments
        if len(sources) > 1 and not one.heredocs:
            for at in range(len(sources)):
                yield _line(one, one.flags, _words(one, [*sources[:at], *sources[at + 1 :], target]))
    elif one.name in ("EXPOSE", "VOLUME") or (one.json and one.name in ("CMD", "ENTRYPOINT")):
        words = list(one.arguments)
        for at in range(len(words)) if len(words) > 1 else ():
            yield _line(one, one.flags, _words(one, [*words[:at], *words[at + 1 :]]))
    elif one.name in ("ENV", "LABEL"):
        pairs = split_words(_rest(one), "\\")
        if len(pairs) > 1 and "=" in pairs[0]:
            for at in range(len(pairs)):
                yield _line(one, one.flags, " ".join(pairs[:at] + pairs[at + 1 :]))


def argument_changed(one: Instruction) -> Iterator[str]:
    """Another target, folder, name, port or signal."""
    rest = _rest(one)
    match one.name:
        case "COPY" | "ADD":
            *sources, target = one.arguments
            yield _line(one, one.flags, _words(one, [*sources, _moved(target)]))
        case "WORKDIR":
            yield _line(one, one.flags, _moved(rest))
        case "VOLUME":
            yield _line(one, one.flags, _words(one, [*one.arguments[:-1], _moved(one.arguments[-1])]))
        case "ENV" | "LABEL":
            key, equals, value = rest.partition("=")
            if equals:
                yield _line(one, one.flags, f"{key}.other={value}" if one.name == "LABEL" else f"{key}_OTHER={value}")
        case "ARG":
            key, equals, _ = rest.partition("=")
            if equals:
                yield _line(one, one.flags, key)
        case "EXPOSE":
            yield _line(one, one.flags, re.sub(r"\d+", lambda port: str(int(port[0]) + 1), rest, count=1))
        case "STOPSIGNAL":
            yield _line(one, one.flags, "SIGTERM" if "KILL" in rest.upper() else "SIGKILL")
        case "HEALTHCHECK":
            if one.arguments[0].upper() == "CMD":
                yield _line(one, one.flags, "CMD exit 1")
        case "ONBUILD":
            yield rest
        case "CMD" | "ENTRYPOINT" if one.json and len(one.arguments) == 1:
            yield _line(one, one.flags, _words(one, [f"{one.arguments[0]}-other"]))


def keyword_changed(one: Instruction) -> Iterator[str]:
    """ENTRYPOINT written as CMD."""
    if one.name == "ENTRYPOINT":
        yield f"CMD {_rest(one)}"


OPERATORS: Mapping[str, Operator] = {
    "tag": tag_removed,
    "flag": flag_removed,
    "form": shell_form,
    "command": command_removed,
    "option": option_removed,
    "fewer": argument_removed,
    "argument": argument_changed,
    "keyword": keyword_changed,
}
"""By the name that mutants.toml gives them; `delete`, `swap`, `script` and `ignore` need more than one instruction."""

_FILES = frozenset(("RUN", "COPY", "ADD"))
_ORDERED = _FILES | {"WORKDIR", "USER", "ENV", "ARG", "SHELL"}


def order_matters(first: Instruction, second: Instruction) -> bool:
    """Whether it can make a difference to swap these two neighbours."""
    names = {first.name, second.name}
    return first.stage == second.stage and names <= _ORDERED and bool(names & _FILES)


def _rest(one: Instruction) -> str:
    return split_command(one.text)[2]


def _line(one: Instruction, flags: tuple[str, ...], rest: str) -> str:
    return " ".join([one.keyword, *flags, rest])


def _words(one: Instruction, words: list[str]) -> str:
    return json.dumps(words, ensure_ascii=False) if one.json else " ".join(words)


def _moved(path: str) -> str:
    bare = path.rstrip("/")
    slash = "/" if path.endswith("/") else ""
    return f"{path.rstrip('/')}/other/" if bare in ("", ".") else f"{bare}-other{slash}"


def _commands(script: str) -> list[str]:
    """The commands that `&&` joins, outside quotes and brackets; one only where the script is not plain enough."""
    commands, quote, depth, start = [], "", 0, 0
    for at, char in enumerate(script):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "({":
            depth += 1
        elif char in ")}":
            depth -= 1
        elif depth == 0 and script[at : at + 2] == "&&":
            commands.append(script[start:at].strip())
            start = at + 2
    return [*commands, script[start:].strip()]
