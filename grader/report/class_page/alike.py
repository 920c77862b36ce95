"""Answers that are nearly the same: who, how near, and two of them side by side, as a question."""

from __future__ import annotations

from collections.abc import Sequence

from grader.model.class_report import Alike, ClassExercise, Compared
from grader.report.class_page.learners import named
from grader.report.class_page.words import ClassWords
from grader.report.html_page.element import Html, element
from grader.report.inert import one_line, visible
from grader.report.words import ENGLISH

SHOWN = 30
"""How many groups have their files on the page; the others are named."""
LINE, LINES = 400, 100
"""How many characters of a line, and how many lines of a file, are shown."""


def alike(exercise: ClassExercise, words: ClassWords) -> Html:
    """The groups, the largest first, or that there is none."""
    about = element("p", words.alike_about if exercise.alike else words.alike_none, class_="about")
    groups = [_group(at, one, exercise, words) for at, one in enumerate(exercise.alike)]
    listed = element("ul", *groups, class_="alike") if groups else None
    return element("div", element("h3", words.alike), about, listed, class_="part")


def _group(at: int, group: Alike, exercise: ClassExercise, words: ClassWords) -> Html:
    people = [exercise.learners[one] for one in group.learners]
    names = [piece for one in people for piece in (", ", named(one))][1:]
    said = words.alike_share if len(people) == 2 or group.similarity == 1 else words.alike_least
    near = element("strong", said.format(share=f"{group.similarity:.0%}".replace("%", " %")))
    return element("li", *names, ": ", near, _side_by_side(group, exercise, words) if at < SHOWN else None)


def _side_by_side(group: Alike, exercise: ClassExercise, words: ClassWords) -> Html | None:
    if not group.files:
        return None
    people = [one_line(exercise.learners[one].student) for one in group.pair]
    told = words.alike_show if len(people) > 1 else words.alike_show_one
    return element("details", element("summary", told), *(_file(one, people, words) for one in group.files))


def _file(file: Compared, people: Sequence[str], words: ClassWords) -> Html:
    """One file: whose it is above its lines, for each who has it otherwise."""
    whose = people if len(file.sides) > 1 else [words.alike_same if len(people) < 2 else words.alike_both]
    columns = [_column(who, lines, words) for who, lines in zip(whose, file.sides, strict=True)]
    name = element("p", element("code", one_line(visible(file.name, characters=LINE))))
    return element("div", name, element("div", *columns, class_="beside"), class_="file")


def _column(who: str, lines: Sequence[tuple[str, bool]] | None, words: ClassWords) -> Html:
    if lines is None:
        return element("figure", element("figcaption", words.alike_lacks.format(student=who)))
    text = [piece for line, alone in lines[:LINES] for piece in (_line(line, alone), "\n")]
    text += [ENGLISH.cut_lines.format(count=len(lines) - LINES)] if len(lines) > LINES else []
    return element("figure", element("figcaption", who), element("pre", *text))


def _line(line: str, alone: bool) -> str:
    shown = visible(line, characters=LINE)
    return element("mark", shown) if alone else shown
