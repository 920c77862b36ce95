"""The profile by practice: the picture, and beside it a table that says the same."""

from __future__ import annotations

from grader.model import Report
from grader.report import radar
from grader.report.html_page.element import Html, element
from grader.report.html_page.parts import bar, cell, picture, section, table
from grader.report.html_page.words import PageWords
from grader.report.view import View
from grader.report.words import Words


def profile(report: Report, seen: View, words: Words, page: PageWords) -> Html | None:
    """The section, or nothing where the exercise asks for no profile."""
    if not seen.profile:
        return None
    rows = [
        element(
            "tr",
            element("th", element("strong", one.name), element("span", one.about, class_="about"), scope="row"),
            cell(picture(bar(0, one.share, "own-1"), kind="share-bar") if one.applies else None, kind="share"),
            cell(one.said, kind="right"),
        )
        for one in seen.profile
    ]
    columns = ((page.practice, ""), (page.share, "share"), (page.points, "right"))
    drawn = element("div", Html(radar.render(report, words=words)), class_="radar")
    said = table(words.profile, columns, rows, kind="profile")
    return section(
        "profile",
        words.profile,
        element("p", words.profile_about, class_="about"),
        element("div", drawn, said, class_="beside"),
    )
