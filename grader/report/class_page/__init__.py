"""The results of a class as one page of HTML: nothing loaded, every text inert; its only script sorts a table."""

from __future__ import annotations

from pathlib import Path

from grader.model.class_report import ClassExercise, ClassReport
from grader.report.class_page.alike import alike
from grader.report.class_page.learners import learners
from grader.report.class_page.looks import looks
from grader.report.class_page.statistics import checks, distribution, summary
from grader.report.class_page.words import ENGLISH, ClassWords
from grader.report.html_page.element import Html, element
from grader.report.html_page.frame import page_head, page_style
from grader.report.html_page.parts import hatching

STYLE = "class.css"
SCRIPT = "sort.js"


def render(report: ClassReport, *, words: ClassWords = ENGLISH) -> str:
    """The whole page, UTF-8 when it is written to a file; it forbids itself everything but its own style and script."""
    here = Path(__file__)
    style = page_style() + here.with_name(STYLE).read_text("utf-8")
    script = here.with_name(SCRIPT).read_text("utf-8")
    links = [element("li", element("a", one.title, href=f"#{one.name}")) for one in report.exercises]
    body = element(
        "body",
        element("a", words.skip, href="#results", class_="skip"),
        hatching(),
        element("header", element("h1", words.title), class_="head"),
        element("nav", element("ul", *links), aria_label=words.contents),
        element("main", *(_exercise(one, words) for one in report.exercises), id="results", tabindex=-1),
        element("footer", element("p", words.made)),
        element("script", Html(script)),
    )
    return "<!doctype html>\n" + element("html", page_head(words.document, style, script), body, lang=words.lang) + "\n"


def _exercise(exercise: ClassExercise, words: ClassWords) -> Html:
    heading = element("h2", exercise.title, id=f"{exercise.name}-title")
    return element(
        "section",
        heading,
        summary(exercise, words),
        looks(exercise, words),
        distribution(exercise, words),
        checks(exercise, words),
        learners(exercise, words),
        alike(exercise, words),
        id=exercise.name,
        aria_labelledby=f"{exercise.name}-title",
        tabindex=-1,
    )
