"""Who needs a look, a row a reason."""

from __future__ import annotations

from grader.model.class_report import ClassExercise, Look
from grader.report.class_page.learners import named
from grader.report.class_page.words import ClassWords
from grader.report.html_page.element import Html, element
from grader.report.html_page.parts import cell, table

_BYTES = 1e6


def looks(exercise: ClassExercise, words: ClassWords) -> Html:
    """The reasons with those who have them, the most pressing first, or that nobody has one."""
    heading = element("h3", words.looks)
    if not exercise.looks:
        return element("div", heading, element("p", words.looks_none, class_="about"), class_="part")
    columns = ((words.why, ""), (words.count, "right"), (words.who, ""))
    rows = [_row(one, exercise, words) for one in exercise.looks]
    about = element("p", words.looks_about, class_="about")
    return element("div", heading, about, table(words.looks, columns, rows, kind="looks"), class_="part")


def _row(look: Look, exercise: ClassExercise, words: ClassWords) -> Html:
    over = look.over / _BYTES if look.kind == "waste" else look.over
    names = [piece for at in look.learners for piece in (", ", named(exercise.learners[at]))][1:]
    return element(
        "tr",
        element("th", dict(words.look_kinds)[look.kind].format(over=over), scope="row"),
        cell(str(len(look.learners)), label=words.count, kind="right"),
        cell(element("span", *names), label=words.who),
    )
