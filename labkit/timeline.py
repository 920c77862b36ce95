"""`cache_timeline(…)`: builds one after another, which steps ran, and why the first of them was not in the cache."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

import msgspec

from grader.model import Build, Step
from labkit.building import Built
from labkit.given import Given
from labkit.misses import first_miss, reason
from labkit.sizes import seconds
from labkit.tables import Table, caption
from labkit.words import words

# A step by its words, and which one it is of those in the build that read the same.
Place = tuple[str, int]
RAN, CACHED, FAILED, ABSENT = "✓", "↻", "✗", ""
_COMMAND = 28
COMMANDS_MOST = 3


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One build: what it is called, its steps by their place, and its first miss with the reason (empty: none)."""

    name: str
    steps: Mapping[Place, Step]
    seconds: float
    miss: Step | None
    why: str


class Timeline:
    """Builds in their order; a row each, a column for each step."""

    def __init__(self, lines: Sequence[Line], commands: Sequence[str] = ()) -> None:
        self.lines = tuple(lines)
        self.command = _shown(commands)
        self.places = tuple(dict.fromkeys(place for line in lines for place in line.steps))

    def why(self, name: str) -> str:
        """Why the first step that ran in this build was not in the cache; empty where none ran.

        Raises LookupError where no build is called so.
        """
        for line in self.lines:
            if line.name == name:
                return line.why
        raise LookupError(f"no build of the timeline is called '{name}'")

    def __repr__(self) -> str:
        say = words()
        headings = [say["build"], *map(_heading, self.places), say["time"], say["first_miss"]]
        rows = [
            [line.name, *(_cell(line, place) for place in self.places), seconds(line.seconds), line.why or "–"]
            for line in self.lines
        ]
        return f"{Table(headings, rows, self.command)!r}\n{say['timeline_key']}"

    def _repr_html_(self) -> str:
        say = words()
        head = "".join(
            f'<th scope="col" style="text-align:left">{cell}</th>'
            for cell in (
                escape(say["build"]),
                *(f"<code>{escape(_heading(place))}</code>" for place in self.places),
                escape(say["time"]),
                escape(say["first_miss"]),
            )
        )
        body = "".join(self._row(line) for line in self.lines)
        return (
            f"<table>{caption(self.command)}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p>{escape(say['timeline_key'])}</p>"
        )

    def _row(self, line: Line) -> str:
        left, wide = "text-align:left;white-space:nowrap", "text-align:left;min-width:14em"
        cells = []
        for place in self.places:
            is_miss = line.miss is not None and line.steps.get(place) is line.miss
            edge = ";box-shadow:inset 3px 0 currentColor;font-weight:600" if is_miss else ""
            cells.append(f'<td style="{left}{edge}">{escape(_cell(line, place))}</td>')
        return (
            f'<tr><th scope="row" style="{left};font-weight:normal">{escape(line.name)}</th>{"".join(cells)}'
            f'<td style="{left}">{seconds(line.seconds)}</td><td style="{wide}">{escape(line.why or "–")}</td></tr>'
        )


def cache_timeline(builds: Mapping[str, Built]) -> Timeline:
    """Builds of one Dockerfile in their order, by the names that the mapping gives them; waits until all are over.

    The reason of a build's first miss is found by comparing what it was given with what the build before it was given:
    the instructions, the files of the context (contents and mode), the arguments. Where they do not tell, it says so.
    """
    over = [(name, built.result, built.given) for name, built in builds.items()]
    return timeline(over, [built.command for built in builds.values()])


def timeline(builds: Sequence[tuple[str, Build, Given]], commands: Sequence[str] = ()) -> Timeline:
    """The same of builds that are over: the name, what it came to, and what it was given; with their plain commands."""
    lines = []
    before: Given | None = None
    for name, build, given in builds:
        miss = first_miss(build)
        steps = _placed(build, given)
        why = reason(miss, given, before) if miss else ""
        lines.append(Line(name=name, steps=steps, seconds=build.seconds, miss=miss, why=why))
        before = given
    return Timeline(lines, commands)


def _placed(build: Build, given: Given) -> dict[Place, Step]:
    """The steps by their instructions as written: the builder's own words have the arguments' values in them."""
    parsed = given.parsed()
    written = {one.start: one.text for one in parsed.instructions} if parsed else {}
    seen: Counter[str] = Counter()
    found = {}
    for step in build.steps:
        text = f"{step.stage} {written.get(step.line or 0, step.command)}".strip()
        seen[text] += 1
        found[text, seen[text]] = step
    return found


def _shown(commands: Sequence[str]) -> str:
    """Each command once; of many only the first ones."""
    every = list(dict.fromkeys(commands))
    return "; ".join([*every[:COMMANDS_MOST], *(["…"] if len(every) > COMMANDS_MOST else [])])


def _cell(line: Line, place: Place) -> str:
    step = line.steps.get(place)
    if step is None:
        return ABSENT
    if step.error:
        return f"{FAILED} {words()['failed']}"
    return f"{CACHED} {words()['cached']}" if step.cached else f"{RAN} {seconds(step.took)}"


def _heading(place: Place) -> str:
    """The words of a step, cut to a column's width; with `(2)` for the second one that reads the same."""
    text, number = place
    line = " ".join(text.split())
    short = line if len(line) <= _COMMAND else line[: _COMMAND - 1] + "…"
    return short if number == 1 else f"{short} ({number})"
