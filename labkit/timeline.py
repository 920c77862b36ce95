"""`cache_timeline(…)`: builds one after another, which steps ran, and why the first of them was not in the cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import msgspec

from grader.model import Build, Step
from labkit.building import Built
from labkit.given import Given
from labkit.misses import first_miss, reason
from labkit.sizes import seconds
from labkit.tables import Table
from labkit.words import words

RAN, CACHED, FAILED, ABSENT = "✓", "↻", "✗", ""
_COMMAND = 28


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One build: what it is called, its steps by their command, and its first miss with the reason (empty: none)."""

    name: str
    steps: Mapping[str, Step]
    seconds: float
    miss: Step | None
    why: str


class Timeline:
    """Builds in their order; a row each, a column for each step."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = tuple(lines)
        self.commands = tuple(dict.fromkeys(command for line in lines for command in line.steps))

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
        headings = [say["build"], *(_short(command) for command in self.commands), say["time"], say["first_miss"]]
        rows = [
            [line.name, *(_cell(line, command) for command in self.commands), seconds(line.seconds), line.why or "–"]
            for line in self.lines
        ]
        return f"{Table(headings, rows)!r}\n{say['timeline_key']}"

    def _repr_html_(self) -> str:
        say = words()
        head = "".join(
            f'<th scope="col" style="text-align:left">{cell}</th>'
            for cell in (
                escape(say["build"]),
                *(f"<code>{escape(_short(command))}</code>" for command in self.commands),
                escape(say["time"]),
                escape(say["first_miss"]),
            )
        )
        body = "".join(self._row(line) for line in self.lines)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{escape(say['timeline_key'])}</p>"

    def _row(self, line: Line) -> str:
        left, wide = "text-align:left;white-space:nowrap", "text-align:left;min-width:14em"
        cells = []
        for command in self.commands:
            is_miss = line.miss is not None and line.steps.get(command) is line.miss
            edge = ";box-shadow:inset 3px 0 currentColor;font-weight:600" if is_miss else ""
            cells.append(f'<td style="{left}{edge}">{escape(_cell(line, command))}</td>')
        return (
            f'<tr><th scope="row" style="{left};font-weight:normal">{escape(line.name)}</th>{"".join(cells)}'
            f'<td style="{left}">{seconds(line.seconds)}</td><td style="{wide}">{escape(line.why or "–")}</td></tr>'
        )


def cache_timeline(builds: Mapping[str, Built]) -> Timeline:
    """Builds of one Dockerfile in their order, by the names that the mapping gives them; waits until all are over.

    The reason of a build's first miss is found by comparing what it was given with what the build before it was given:
    the instructions, the files of the context (contents and mode), the arguments. Where they do not tell, it says so.
    """
    return timeline([(name, built.result, built.given) for name, built in builds.items()])


def timeline(builds: Sequence[tuple[str, Build, Given]]) -> Timeline:
    """The same of builds that are over: the name, what it came to, and what it was given."""
    lines = []
    before: Given | None = None
    for name, build, given in builds:
        miss = first_miss(build)
        steps = _named(build, given)
        why = reason(miss, given, before) if miss else ""
        lines.append(Line(name=name, steps=steps, seconds=build.seconds, miss=miss, why=why))
        before = given
    return Timeline(lines)


def _named(build: Build, given: Given) -> dict[str, Step]:
    """The steps by their instructions as written: the builder's own words have the arguments' values in them."""
    parsed = given.parsed()
    written = {one.start: one.text for one in parsed.instructions} if parsed else {}
    return {f"{step.stage} {written.get(step.line or 0, step.command)}".strip(): step for step in build.steps}


def _cell(line: Line, command: str) -> str:
    step = line.steps.get(command)
    if step is None:
        return ABSENT
    if step.error:
        return f"{FAILED} {words()['failed']}"
    return f"{CACHED} {words()['cached']}" if step.cached else f"{RAN} {seconds(step.took)}"


def _short(command: str) -> str:
    line = " ".join(command.split())
    return line if len(line) <= _COMMAND else line[: _COMMAND - 1] + "…"
