"""`course_map()`: the lessons with their exercises, and how far the learner has come, from the progress file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Literal

import msgspec

from grader import exercise as exercises
from grader import progress
from labkit.bars import bar, blocks
from labkit.places import course, lessons_in, my_work
from labkit.words import words

State = Literal["passed", "begun", "open"]
SIGNS: dict[State, str] = {"passed": "✓", "begun": "◐", "open": "○"}


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """An exercise on the map: the best score so far, of `max_score` points."""

    name: str
    title: str
    minutes: int
    score: float
    max_score: float
    state: State


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson on the map: its notebook's name, its title, the time that it says it takes, its exercises."""

    name: str
    title: str
    time: str
    stops: tuple[Stop, ...]

    @property
    def score(self) -> float:
        """The points of its exercises that were earned."""
        return sum(stop.score for stop in self.stops)

    @property
    def max_score(self) -> float:
        """The points that its exercises give."""
        return sum(stop.max_score for stop in self.stops)


class CourseMap:
    """The course from the first lesson to the last; shown with a link to each notebook."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)

    @property
    def next(self) -> Stop | None:
        """The first exercise that has not been passed; None at the end of the course."""
        return next((stop for part in self.parts for stop in part.stops if stop.state != "passed"), None)

    def __repr__(self) -> str:
        lines = []
        for part in self.parts:
            lines.append(f"{part.title}  ({part.time})".removesuffix("  ()"))
            if part.stops:
                lines.append(f"    {_points(part.score, part.max_score)} {blocks(part.score, part.max_score)}".rstrip())
            lines += [
                f"    {SIGNS[stop.state]} {stop.name}  {_points(stop.score, stop.max_score)}" for stop in part.stops
            ]
        return "\n".join([*lines, self._next()])

    def _repr_html_(self) -> str:
        say = words()
        rows = "".join(_row(part) for part in self.parts)
        left = 'scope="col" style="text-align:left"'
        head = "".join(f"<th {left}>{escape(say[key])}</th>" for key in ("lesson", "your_points", "exercises"))
        key = ", ".join(f"{sign} {say[f'map_{state}']}" for state, sign in SIGNS.items())
        return (
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{escape(key)}</p><p>{escape(self._next())}</p>"
        )

    def _next(self) -> str:
        stop = self.next
        return words()["map_end"] if stop is None else words()["map_next"].format(name=stop.name, title=stop.title)


def course_map() -> CourseMap:
    """The map of the course, with what the learner has reached as the progress file has it now."""
    done = progress.read(my_work())
    folder = exercises.exercises_folder()
    every = [exercises.find(folder, name) for name in exercises.names(folder)]
    parts = []
    for source in lessons_in(course() / "lessons"):
        title, time = headline(source.read_text("utf-8"))
        stops = [
            stop(one.name, one.title, one.minutes, one.max_score, done.get(one.name))
            for one in every
            if one.lesson == source.stem
        ]
        parts.append(Part(name=source.stem, title=title or source.stem, time=time, stops=tuple(stops)))
    return CourseMap(parts)


def stop(name: str, title: str, minutes: int, max_score: float, done: progress.Done | None) -> Stop:
    """An exercise with what was reached in it (None: it has not been tried)."""
    state: State = "open" if done is None else "passed" if done.passed else "begun"
    # The points of an exercise may have changed since; what was passed is passed.
    score = 0.0 if done is None else max_score if done.passed else min(done.score, max_score)
    return Stop(name=name, title=title, minutes=minutes, score=score, max_score=max_score, state=state)


def headline(source: str) -> tuple[str, str]:
    """A lesson's title and the time that it says it takes, from the text of its source."""
    title = re.search(r"^# (.+)$", source, re.MULTILINE)
    time = re.search(r"^\*\*Time:\*\* ([^.\n]+)", source, re.MULTILINE)
    return (title[1].replace("`", "").strip() if title else "", time[1].strip() if time else "")


def _row(part: Part) -> str:
    top = "text-align:left;vertical-align:top"
    link = f'<a href="{escape(part.name)}.ipynb">{escape(part.title)}</a>'
    points = f"{_points(part.score, part.max_score)}<br>{bar(part.score, part.max_score)}" if part.stops else "–"
    stops = "".join(
        f'<span style="display:inline-block;white-space:nowrap;margin-right:1.2em" title="{escape(stop.title)}">'
        f"{SIGNS[stop.state]} {escape(stop.name)} {_points(stop.score, stop.max_score)}</span>"
        for stop in part.stops
    )
    return (
        f'<tr><th scope="row" style="{top};font-weight:normal">{link}<br>{escape(part.time)}</th>'
        f'<td style="{top}">{points}</td><td style="{top}">{stops}</td></tr>'
    )


def _points(score: float, most: float) -> str:
    return words()["points_of"].format(score=f"{score:g}", most=f"{most:g}")
