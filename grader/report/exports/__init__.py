"""Results in other systems' formats, one file a format, found by its file.

A format's module has a docstring, whose first line is the format's line in `drydock export --help` and which says how
it tells "not judged"; `SUFFIX`, the ending of its files; and one of two functions, both from results to bytes:
`render(result)` where the format is about one learner, `render_class(results)` where it is about many.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.errors import MachineError

if TYPE_CHECKING:
    from grader.model.result import Result


class NoScoreError(MachineError):
    """The result has no score, and the format no way to say so but that nothing is handed on."""


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A format: its name on the command line, the ending of its files, and its one function."""

    name: str
    suffix: str
    render: Callable[[Result], bytes] | None = None
    render_class: Callable[[Sequence[Result]], bytes] | None = None

    def of_one(self, result: Result) -> bytes:
        """The file about one result, in whichever kind of format."""
        if self.render is not None:
            return self.render(result)
        return self.render_class([result]) if self.render_class is not None else b""


def names() -> dict[str, str]:
    """The formats, each with its one line, without loading any of them."""
    found = sorted(one.name for one in pkgutil.iter_modules(__path__) if not one.name.startswith("_"))
    return {_called(name): _first_line(Path(__path__[0]) / f"{name}.py") for name in found}


def load(name: str) -> Export:
    """The format of that name; raises KeyError where there is none."""
    if name not in names():
        raise KeyError(name)
    module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    one, many = getattr(module, "render", None), getattr(module, "render_class", None)
    if (one is None) == (many is None):
        raise TypeError(f"grader/report/exports/{module.__name__}: 'render' or 'render_class', and not both")
    return Export(name=name, suffix=module.SUFFIX, render=one, render_class=many)


def _called(module: str) -> str:
    return module.replace("_", "-")


def _first_line(file: Path) -> str:
    with file.open(encoding="utf-8") as opened:
        return opened.readline().strip().strip('"')
