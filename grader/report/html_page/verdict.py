"""The head of the page, and the checks: the verdict first, then what each check saw."""

from __future__ import annotations

from grader.model import Report
from grader.report import figures
from grader.report.html_page.element import Html, element, joined
from grader.report.html_page.parts import bar, picture, section, status
from grader.report.html_page.places import Places
from grader.report.html_page.words import PageWords
from grader.report.view import CheckView, View
from grader.report.words import Words


def head(report: Report, seen: View, page: PageWords) -> Html:
    """Title, score, and one sentence."""
    name = element("p", seen.exercise, class_="eyebrow") if seen.exercise and seen.exercise != seen.title else None
    score = element(
        "p",
        element("strong", figures.number(report.score)),
        element("span", f" / {figures.number(report.max_score)}", aria_hidden="true"),
        element("span", seen.score.removeprefix(figures.number(report.score)), class_="spoken"),
        class_=f"score {seen.status}",
    )
    said = element("div", status(seen.status, seen.word), element("p", seen.summary, class_="summary"))
    verdict = element("div", score, said, class_="verdict")
    return element("header", name, element("h1", seen.title), verdict, _bar(report, seen, page), class_="head")


def _bar(report: Report, seen: View, page: PageWords) -> Html | None:
    """One piece a check, as long as its points."""
    if report.max_score <= 0:
        return None
    pieces, at = [], 0.0
    for check in report.checks:
        share = max(check.max_points, 0.0) / report.max_score
        pieces.append(bar(at + 0.002, max(share - 0.004, 0.0), check.status))
        at += share
    label = page.score_bar.format(points=figures.number(report.score), most=figures.number(report.max_score))
    return picture(*pieces, kind="score-bar", label=f"{label}, {seen.word}")


def checks(seen: View, words: Words, page: PageWords, places: Places) -> Html:
    """A card a check, in the exercise's order."""
    cards = [_card(at, check, words, places) for at, check in enumerate(seen.checks, 1)]
    return section("checks", page.checks, *(cards or [element("p", page.no_checks)]))


def _card(at: int, check: CheckView, words: Words, places: Places) -> Html:
    title = element("h3", check.title, id=f"check-{at}-title")
    points = element("span", check.points, class_="points")
    rows = [(element("dt", label or " "), element("dd", text)) for label, text in check.rows]
    facts = element("dl", *(joined(*row) for row in rows)) if rows else None
    count = len(check.hints)
    hints = [
        element("details", element("summary", words.hint_of.format(number=number, all=count)), element("p", hint))
        for number, hint in enumerate(check.hints, 1)
    ]
    return element(
        "article",
        element("div", status(check.status, check.word), title, points, class_="card-head"),
        _where(check, places),
        facts,
        *hints,
        id=f"check-{at}",
        class_=f"card {check.status}",
        aria_labelledby=f"check-{at}-title",
        tabindex=-1,
    )


def _where(check: CheckView, places: Places) -> Html | None:
    if check.line is None:
        return None
    command = element("code", check.command) if check.command else None
    return element("p", places.line(check.line), command, class_="where")
