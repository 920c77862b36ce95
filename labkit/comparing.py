"""`compare(…)`: images side by side, each measure as a bar with its number."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Literal

import msgspec

from labkit.bars import bar, blocks
from labkit.building import Built
from labkit.errors import CellError
from labkit.images import image_bytes
from labkit.layering import layers
from labkit.sizes import seconds, size
from labkit.tables import caption, heading
from labkit.words import words

Measure = Literal["image", "layers", "context", "seconds", "edit", "edit seconds"]
MEASURES: tuple[Measure, ...] = ("image", "layers", "context", "seconds", "edit", "edit seconds")
# Each measure's key among the words.
_HEADINGS: Mapping[Measure, str] = {
    "image": "measure_image",
    "layers": "measure_layers",
    "context": "measure_context",
    "seconds": "measure_seconds",
    "edit": "measure_edit",
    "edit seconds": "measure_edit_seconds",
}
_SHOWN: Mapping[Measure, Callable[[float], str]] = {
    "image": lambda value: size(int(value)),
    "layers": lambda value: f"{value:.0f}",
    "context": lambda value: size(int(value)),
    "seconds": seconds,
    "edit": lambda value: f"{value:.0f}",
    "edit seconds": seconds,
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One of those that are compared: its name, and its measures (bytes, counts, seconds)."""

    name: str
    values: dict[str, float]


class Comparison:
    """Lines with the same measures; shown as bars, in a text or in a table of pictures, the numbers beside them."""

    def __init__(self, lines: Sequence[Line], measures: Sequence[Measure], command: str = "") -> None:
        self.lines = tuple(lines)
        self.measures = tuple(measures)
        self.command = command

    def of(self, name: str, measure: Measure) -> float:
        """One value. Raises LookupError where nothing is called so."""
        for line in self.lines:
            if line.name == name:
                return line.values[measure]
        raise LookupError(f"nothing that is compared is called '{name}'")

    def __repr__(self) -> str:
        width = max(len(line.name) for line in self.lines)
        parts = [self.command] if self.command else []
        for measure in self.measures:
            most = self._most(measure)
            rows = [
                f"  {line.name:<{width}}  {self._shown(line, measure):>9}  {blocks(line.values[measure], most)}"
                for line in self.lines
            ]
            parts.append("\n".join([words()[_HEADINGS[measure]], *rows]))
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        names = [words()[_HEADINGS[measure]] for measure in self.measures]
        head = "".join(heading(escape(name)) for name in ("", *names))
        body = "".join(self._row(line) for line in self.lines)
        return f"<table>{caption(self.command)}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _row(self, line: Line) -> str:
        cells = "".join(
            f'<td style="text-align:left"><div>{self._shown(line, measure)}</div>'
            f"{bar(line.values[measure], self._most(measure))}</td>"
            for measure in self.measures
        )
        return f'<tr><th scope="row" style="text-align:left;font-weight:normal">{escape(line.name)}</th>{cells}</tr>'

    def _most(self, measure: Measure) -> float:
        return max(line.values[measure] for line in self.lines)

    @staticmethod
    def _shown(line: Line, measure: Measure) -> str:
        return _SHOWN[measure](line.values[measure])


def compare(
    builds: Mapping[str, Built], *, after_edit: Mapping[str, Built] | None = None, show: Sequence[Measure] = ()
) -> Comparison:
    """Builds side by side, by the names that the mapping gives them; waits until all are over.

    `after_edit` are the builds of the same after a file was edited. `show` names the measures (without it: all that
    there are): "image" in bytes, "layers", "context" in bytes as sent, "seconds", "edit" (the steps that ran then) and
    "edit seconds". Raises CellError where one of the builds has failed.
    """
    again = dict(after_edit or {})
    for name, built in (*builds.items(), *again.items()):
        if not built.ok:
            raise CellError(words()["not_compared"].format(name=name), words()["not_compared_do"])
    known = [measure for measure in MEASURES if again or not measure.startswith("edit")]
    wanted = [measure for measure in known if not show or measure in show]
    lines = [Line(name=name, values=_values(built, again.get(name))) for name, built in builds.items()]
    return Comparison(lines, wanted, _command(builds, again) if {"image", "layers"} & set(wanted) else "")


def _command(builds: Mapping[str, Built], again: Mapping[str, Built]) -> str:
    """The command that shows the sizes and the numbers of layers; an image whose name another has taken by its id."""
    tags = Counter(built.given.tag for built in (*builds.values(), *again.values()))
    names = [
        built.given.tag if tags[built.given.tag] == 1 and built.given.tag else built.image.removeprefix("sha256:")[:12]
        for built in builds.values()
    ]
    return shlex.join(["docker", "image", "inspect", "--format", "{{.Size}} {{len .RootFS.Layers}}", *names])


def _values(built: Built, again: Built | None) -> dict[str, float]:
    held, count = built.measured or (image_bytes(built.image), len(layers(built.image)))
    found: dict[str, float] = {
        "image": held,
        "layers": count,
        "context": built.context_bytes,
        "seconds": built.seconds,
    }
    return found if again is None else found | {"edit": len(again.ran), "edit seconds": again.seconds}
