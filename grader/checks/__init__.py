"""A check is one file of this package: its name is the property wanted, its docstring is its page.

A check is found by its file; nothing else is edited. `check` turns its `judge` function into a `Check`.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from grader.model import AnyProbe, Observation, Params, Verdict

Judge = Callable[..., Verdict]
Probes = Callable[..., Iterable[AnyProbe]]

HEADINGS = ("Looks at", "Why it matters", "Loses the point", "Earns it")


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A check: what it is called, what it needs to have been passed before, what it asks for, and how it judges.

    `rules` names the rules of other tools that look at the same, as `hadolint DL3025`.
    """

    name: str
    practice: str
    needs: tuple[str, ...]
    judge: Judge
    ask: Probes
    parameters: type[Params]
    page: str
    rules: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The first sentence of the page: the property, said as a sentence."""
        return self.page.partition("\n")[0].strip()

    @property
    def sections(self) -> dict[str, str]:
        """The page's sections by heading: Looks at, Why it matters, Loses the point, Earns it."""
        found: dict[str, list[str]] = {}
        heading = ""
        for line in self.page.splitlines()[1:]:
            start, colon, rest = line.partition(":")
            if colon and start in HEADINGS:
                heading, line = start, rest
            if heading:
                found.setdefault(heading, []).append(line.strip() if heading in HEADINGS[:2] else line.rstrip())
        joined = {name: " ".join(part) if name in HEADINGS[:2] else "\n".join(part) for name, part in found.items()}
        return {name: text.strip() for name, text in joined.items()}

    @property
    def why(self) -> str:
        """Why the property matters, as the page says it."""
        return self.sections.get("Why it matters", "")

    def probes(self, parameters: Params) -> tuple[AnyProbe, ...]:
        """What must be observed beyond the plain build."""
        return tuple(self.ask(parameters))

    def verdict(self, seen: Observation, parameters: Params) -> Verdict:
        """Judge: a pure function of the observation."""
        return self.judge(seen, parameters) if self.parameters is not Params else self.judge(seen)


def check(
    *,
    practice: str,
    needs: tuple[str, ...] = ("builds",),
    probes: Probes = lambda _: (),
    rules: tuple[str, ...] = (),
) -> Callable[[Judge], Check]:
    """Make a Check of a judge function, which takes the observation and, where it has any, its parameters.

    `needs` names the checks without which this one means nothing; `probes` maps the parameters to what to observe;
    `rules` names rules of hadolint and of BuildKit about the same (`hadolint DL3025`, `buildkit JSONArgsRecommended`).
    """

    def made(judge: Judge) -> Check:
        module = inspect.getmodule(judge)
        hints = typing.get_type_hints(judge)
        parameters = next(
            (kind for kind in hints.values() if inspect.isclass(kind) and issubclass(kind, Params)), Params
        )
        return Check(
            name=judge.__name__,
            practice=practice,
            needs=needs,
            judge=judge,
            ask=probes,
            parameters=parameters,
            page=inspect.cleandoc((module.__doc__ if module else "") or ""),
            rules=rules,
        )

    return made


def names() -> tuple[str, ...]:
    """The names of all checks, in the order of the alphabet."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")))


def load(name: str) -> Check:
    """The check of that name; raises KeyError where there is none."""
    known = name.isidentifier() and not name.startswith("_") and importlib.util.find_spec(f"{__name__}.{name}")
    if not known:
        raise KeyError(name)
    return _loaded(name)


def _loaded(name: str) -> Check:
    found: Any = getattr(importlib.import_module(f"{__name__}.{name}"), name)
    if not isinstance(found, Check):
        raise TypeError(f"grader/checks/{name}.py: '{name}' is to be a function under @check")
    return found


def load_all() -> Mapping[str, Check]:
    """All checks by name."""
    return {name: _loaded(name) for name in names()}
