"""What other programs remark: no points, and beside each the check of ours that looks at the same."""

from __future__ import annotations

import msgspec

from grader.model import Remark, Report
from grader.report.html_page.element import Html, element, joined
from grader.report.html_page.parts import cell, section, table
from grader.report.html_page.places import Places
from grader.report.html_page.words import PageWords
from grader.report.inert import inert, one_line
from grader.report.words import Words

CHARACTERS = 500


def remarks(report: Report, words: Words, page: PageWords, places: Places) -> Html:
    """A table, and which of the programs could not be heard."""
    together: dict[Remark, list[int]] = {}
    for remark in inert(report.remarks, characters=CHARACTERS):
        lines = together.setdefault(msgspec.structs.replace(remark, line=None), [])
        lines += [remark.line] if remark.line is not None else []
    missing = [
        element("p", words.remarks_missing.format(why=one_line(why)), class_="about") for why in report.remarks_missing
    ]
    columns = ((words.column_line, "lines"), (page.remark, ""), (page.rule, ""), (page.same_as, ""))
    checks = {check.name: number for number, check in enumerate(report.checks, 1)}
    rows = [_row(remark, lines, checks, words, page, places) for remark, lines in together.items()]
    return section(
        "remarks",
        page.remarks,
        element("p", page.remarks_about if rows else page.no_remarks, class_="about"),
        table(page.remarks, columns, rows, kind="remarks") if rows else None,
        *missing,
    )


def _row(
    remark: Remark, lines: list[int], checks: dict[str, int], words: Words, page: PageWords, places: Places
) -> Html:
    """One remark, with all the lines that it was made on."""
    links = joined(*(joined(", " if at else None, places.line(line, str(line))) for at, line in enumerate(lines)))
    check: str | Html = one_line(remark.check).replace("_", " ")
    if remark.check in checks:
        check = element("a", check, href=f"#check-{checks[remark.check]}")
    elif check:
        check = element("code", page.explain.format(check=one_line(remark.check)))
    return element(
        "tr",
        cell(links, label=words.column_line if lines else "", kind="lines"),
        element("th", one_line(remark.text), scope="row"),
        cell(one_line(f"{remark.source} {remark.rule}"), label=page.rule),
        cell(check, label=page.same_as if check else ""),
    )
