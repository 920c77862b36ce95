"""The page of a learner whose work has no report: it could not be used, or it could not be judged."""

from __future__ import annotations

from grader.model.result import ResultStatus
from grader.report.class_page.learners import badge
from grader.report.class_page.words import ENGLISH, ClassWords
from grader.report.html_page.element import element
from grader.report.html_page.frame import page_head, page_style
from grader.report.html_page.parts import section
from grader.report.inert import one_line, visible


def render(exercise: str, title: str, status: ResultStatus, reason: str, *, words: ClassWords = ENGLISH) -> str:
    """The whole page. `reason` says why; it is shown where it is about what was handed in, not about the machine."""
    refused = status == "refused"
    told, after = (words.refused, words.refused_next) if refused else (words.not_judged, words.not_judged_next)
    head = element(
        "header",
        element("p", one_line(exercise), class_="eyebrow"),
        element("h1", one_line(title)),
        element("div", badge(status, words), class_="verdict"),
        element("p", told, class_="summary"),
        class_="head",
    )
    lines = [element("p", line) for line in visible(reason).splitlines()] if refused else []
    found = section("found", words.found, *lines) if lines else None
    then = section("next", words.next, element("p", after.format(exercise=exercise)))
    body = element("body", head, element("main", found, then))
    return "<!doctype html>\n" + element("html", page_head(one_line(title), page_style()), body, lang=words.lang) + "\n"
