"""The page of a check: what its docstring says, its parameters with their meaning, and the exercises that use it."""

from __future__ import annotations

import inspect
import io
import re
import tokenize
import typing
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from grader import checks
from grader.checks import HEADINGS, Check
from grader.model import Exercise, Params
from grader.model.practices import PRACTICES

CODE = HEADINGS[2:]
PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false"}
NEEDED = "has to be given"


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """What an exercise can set of a check: its name, type and default as texts, and what it means."""

    name: str
    kind: str
    default: str
    meaning: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A check's page; `exercises` are the names of those that use it, `rules` those of other tools about the same."""

    name: str
    title: str
    practice: str
    needs: tuple[str, ...]
    sections: dict[str, str]
    parameters: tuple[Parameter, ...]
    exercises: tuple[str, ...]
    rules: tuple[str, ...]


def pages(course: Iterable[Exercise]) -> tuple[Page, ...]:
    """A page for each check, in the order of the alphabet."""
    users: dict[str, list[str]] = {}
    for exercise in course:
        for name in dict.fromkeys(item.name for item in exercise.checks):
            users.setdefault(name, []).append(exercise.name)
    return tuple(page(check, users.get(name, ())) for name, check in checks.load_all().items())


def page(check: Check, exercises: Sequence[str] = ()) -> Page:
    """The page of one check, which these exercises use."""
    return Page(
        name=check.name,
        title=check.title,
        practice=check.practice,
        needs=check.needs,
        sections=check.sections,
        parameters=tuple(_parameters(check.parameters)),
        exercises=tuple(exercises),
        rules=check.rules,
    )


def _parameters(kind: type[Params]) -> Iterator[Parameter]:
    said = _comments(kind)
    for field in msgspec.structs.fields(kind):
        yield Parameter(
            name=field.name,
            kind=_kind(field.type),
            default=NEEDED if field.required else msgspec.json.encode(_default(field)).decode(),
            meaning=said.get(field.name, ""),
        )


def _default(field: msgspec.structs.FieldInfo) -> object:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def _comments(kind: type) -> dict[str, str]:
    """For each field the comment that stands on its line."""
    found: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        if not (issubclass(each, Params) and each is not Params):
            continue
        for token in tokenize.generate_tokens(io.StringIO(inspect.cleandoc(inspect.getsource(each))).readline):
            field = re.match(r"\s*(\w+)\s*:", token.line)
            if token.type == tokenize.COMMENT and field:
                found[field[1]] = token.string.lstrip("# ")
    return found


def _kind(kind: Any) -> str:
    """The type of a parameter as exercise.toml has it."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple and inner:
        return f"list of {_many(inner[0])}"
    if origin is dict:
        return f"table of {_many(inner[1])} by name"
    return PLAIN.get(kind, "table")


def _many(kind: Any) -> str:
    if typing.get_origin(kind) is tuple:
        return "lists of " + " and ".join(_kind(each) for each in typing.get_args(kind))
    return f"{_kind(kind)}s"


def as_markdown(every: Sequence[Page]) -> str:
    """docs/checks.md: the checks by practice, then a section each."""
    parts = [
        "# The checks\n\n"
        f"There are {len(every)}. `./drydock explain NAME` shows the same. This file is made by `python -m "
        "scripts.write_checks`, from `grader/checks/` and `exercises/`."
    ]
    order = [*PRACTICES, *sorted({one.practice for one in every} - set(PRACTICES))]
    rows = []
    for practice in order:
        links = [f"[{one.name}](#{one.name})" for one in every if one.practice == practice]
        if links:
            about = PRACTICES.get(practice, practice)
            rows.append(f"| {practice if about.endswith(practice) else f'{practice}: {about}'} | {', '.join(links)} |")
    parts.append("| practice | checks |\n| --- | --- |\n" + "\n".join(rows))
    return "\n\n".join([*parts, *map(_section, every)]) + "\n"


def _section(one: Page) -> str:
    parts = [f"## {one.name}", one.title]
    for heading, text in one.sections.items():
        parts.append(f"**{heading}**\n\n{_block(text)}" if heading in CODE else f"**{heading}:** {text}")
    if one.parameters:
        rows = "\n".join(
            f"| `{each.name}` | {each.kind} | {_code(each.default)} | {_cell(each.meaning)} |"
            for each in one.parameters
        )
        parts.append("| parameter | type | without it | meaning |\n| --- | --- | --- | --- |\n" + rows)
    facts = [f"**Needs:** {', '.join(f'[{name}](#{name})' for name in one.needs)}"] if one.needs else []
    if one.exercises:
        facts.append("**Used in:** " + ", ".join(f"[{name}](../exercises/{name}/task.md)" for name in one.exercises))
    if one.rules:
        facts.append(f"**Other tools say the same with:** {', '.join(one.rules)}")
    return "\n\n".join([*parts, *facts])


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("<", "&lt;")


def _block(text: str) -> str:
    return f"```dockerfile\n{inspect.cleandoc(text)}\n```"


def _code(default: str) -> str:
    return default if default == NEEDED else f"`{default}`"
