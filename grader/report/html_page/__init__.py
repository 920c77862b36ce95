"""A report as one page of HTML: no script, nothing loaded, every text inert; readable on paper and without colours."""

from __future__ import annotations

from grader.model import Report
from grader.report.figures import seconds, size
from grader.report.html_page.element import Html, element, joined
from grader.report.html_page.frame import page_head, page_style
from grader.report.html_page.layers import layers
from grader.report.html_page.parts import cell, hatching, section, table
from grader.report.html_page.places import places
from grader.report.html_page.profile import profile
from grader.report.html_page.remarks import remarks
from grader.report.html_page.source import dockerfile
from grader.report.html_page.times import times
from grader.report.html_page.verdict import checks, head
from grader.report.html_page.words import ENGLISH as ENGLISH_PAGE
from grader.report.html_page.words import PageWords
from grader.report.inert import inert, one_line
from grader.report.view import view
from grader.report.words import ENGLISH, Words


def render(report: Report, *, words: Words = ENGLISH, page: PageWords = ENGLISH_PAGE) -> str:
    """The whole page, UTF-8 when it is written to a file; sections about what was not handed in are left out.

    The page forbids itself (Content-Security-Policy) every script, every address and every style but its own.
    """
    seen = view(report, words)
    known = places(report, page)
    sections: dict[str, tuple[str, Html | None]] = {
        "profile": (words.profile, profile(report, seen, words, page)),
        "checks": (page.checks, checks(seen, words, page, known)),
        "dockerfile": (page.dockerfile, dockerfile(report, seen, page, known)),
        "layers": (page.layers, layers(report, page, known) if report.layers or report.dockerfile else None),
        "time": (page.time, times(report, seen, words, page, known) if report.build or report.dockerfile else None),
        "remarks": (page.remarks, remarks(report, words, page, known) if report.dockerfile else None),
        "facts": (page.facts, _facts(report, page)),
    }
    links = [element("li", element("a", title, href=f"#{name}")) for name, (title, part) in sections.items() if part]
    body = element(
        "body",
        element("a", page.skip, href="#checks", class_="skip"),
        hatching(),
        head(report, seen, page),
        element("nav", element("ul", *links), aria_label=page.contents),
        element("main", *(part for _, part in sections.values())),
        element("footer", element("p", page.footer)),
    )
    title = page.document.format(title=seen.title, score=seen.score)
    return "<!doctype html>\n" + element("html", page_head(title, page_style()), body, lang=words.lang) + "\n"


def _facts(report: Report, page: PageWords) -> Html:
    """What was graded, with what, and where the time went."""
    shown = inert(report, characters=300)
    build = shown.build
    pairs = [
        (page.submission, one_line(shown.submission)),
        (page.image, size(shown.image_bytes) if shown.image_bytes is not None else ""),
        (page.build, f"{build.builder}, {seconds(build.seconds)}" if build else ""),
        (page.engine, one_line(shown.engine)),
        (page.isolation, one_line(shown.tier)),
    ]
    facts = element("dl", *(joined(element("dt", name), element("dd", text)) for name, text in pairs if text))
    rows = [
        element("tr", element("th", one_line(name), scope="row"), cell(f"{took:.2f} s", kind="right"))
        for name, took in shown.timing.items()
    ]
    timing = None
    if rows:
        columns = ((page.stage, ""), (page.time, "right"))
        timing = element(
            "details",
            element("summary", page.stage_times),
            table(page.stage_times, columns, rows, kind="timing"),
        )
    return section("facts", page.facts, facts, timing)
