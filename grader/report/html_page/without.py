"""The page of a learner whose work has no report: it could not be used, or it could not be judged."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from grader.report.html_page.element import Html, element
from grader.report.html_page.frame import page_head
from grader.report.inert import one_line, visible
from grader.report.words import ENGLISH as REPORT_WORDS

Kind = Literal["refused", "not_judged"]
SIGNS = {"refused": "!", "not_judged": "?"}


class WithoutWords(msgspec.Struct, frozen=True, kw_only=True):
    """The words of the page; one frozen value a language."""

    refused: str = "This could not be used, so nothing was built and there are no points yet."
    refused_next: str = (
        "Mend that and hand in again. Before that, ./drydock check {exercise} FOLDER says whether it can be used."
    )
    not_judged: str = "This has not been judged. That says nothing about your work, and costs you no points."
    not_judged_next: str = "The machine that grades is to blame. Whoever gives the course can have it graded again."
    refused_word: str = "refused"
    not_judged_word: str = "not judged"
    seen: str = "What was found"
    next: str = "What to do"


ENGLISH = WithoutWords()


def render(exercise: str, title: str, status: Kind, reason: str, *, words: WithoutWords = ENGLISH) -> str:
    """The whole page. `reason` says why; it is shown where the learner can do something about it."""
    refused = status == "refused"
    word = words.refused_word if refused else words.not_judged_word
    said = element("p", words.refused if refused else words.not_judged, class_="summary")
    badge = element("span", element("span", SIGNS[status], aria_hidden="true"), " ", word, class_=f"status {status}")
    head = element(
        "header",
        element("p", one_line(exercise), class_="eyebrow"),
        element("h1", one_line(title)),
        element("div", badge, class_="verdict"),
        said,
        class_="head",
    )
    found = _part(words.seen, visible(reason)) if refused and reason else None
    after = _part(words.next, (words.refused_next if refused else words.not_judged_next).format(exercise=exercise))
    style = Path(__file__).with_name("page.css").read_text("utf-8")
    body = element("body", head, element("main", found, after))
    return (
        "<!doctype html>\n"
        + element("html", page_head(f"{one_line(title)}: {word}", style), body, lang=REPORT_WORDS.lang)
        + "\n"
    )


def _part(title: str, text: str) -> Html:
    return element("section", element("h2", title), element("p", text))
