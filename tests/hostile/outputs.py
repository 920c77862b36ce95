"""Everything that is ever written of a submission, and what in it could steer whoever or whatever reads it."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import msgspec

from grader import exercise
from grader.batch.summary import class_report
from grader.batch.tables import write_page, write_tables
from grader.batch.values import Row
from grader.model import Report
from grader.report import as_json, class_page, html_fragment, terminal
from grader.report.spreadsheet import FORMULA, NOTHING

ODD = ("Cc", "Cf", "Cs", "Zl", "Zp")
TAGS = frozenset(
    """a article b body br button caption code col colgroup dd defs details div dl dt footer h1 h2 h3 h4 head header
    html input label li line link main meta nav ol p path pattern pre rect script section small span strong style
    summary svg table tbody td text th thead title tr ul""".split()  # noqa: SIM905 (a table)
)


def outputs(report: Report | None, *, student: str = "", reason: str = "") -> dict[str, str]:
    """Every form in which a submission is written down, by its name; `reason` is the refusal where there is no report.

    The class's tables and page are made with a row of it, whose learner is called `student`.
    """
    found: dict[str, str] = {}
    if report is not None:
        found |= {
            "terminal": terminal.render(report, hints=True),
            "terminal in colour": re.sub(r"\x1b\[[0-9;]*m", "", terminal.render(report, hints=True, colour=True)),
            "JSON": as_json.render(report).decode(),
            "HTML in a notebook": html_fragment.render(report),
        }
    row = Row(
        student=student,
        exercise="02-first-dockerfile",
        status="refused" if report is None else report.status,
        score=None if report is None else report.score,
        max_score=4.0,
        reason=reason if report is None else next((one.seen for one in report.checks if one.status == "failed"), ""),
        comment=reason,
        same_as=student,
        report=b"" if report is None else msgspec.json.encode(report),
    )
    course = exercise.exercises_folder()
    titles = {row.exercise: exercise.load(course / row.exercise)}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_tables(place, [row])
        write_page(place, row, titles[row.exercise])
        found |= {
            path.name if path.parent == place else "HTML page": path.read_text("utf-8-sig") for path in _in(place)
        }
    found["class page"] = class_page.render(class_report([row], titles))
    return found


def _in(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def steering(name: str, text: str) -> list[str]:
    """What in this output could steer a terminal, a browser, a spreadsheet or a CI system; nothing if all is well."""
    found = [f"{name}: {char!r}" for char in sorted(odd(text))]
    if "<html" in text or "<section" in text:
        found += [f"{name}: {what}" for what in _page(text)]
    if name.endswith(".csv"):
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell != NOTHING]
        found += [f"{name}: a cell begins with {cell[:20]!r}" for cell in cells if cell.startswith(FORMULA)]
    for line in text.splitlines():
        if re.match(r"::[\w-]+(\s.*?)?::|.*##(vso|teamcity)?\[[a-z]", line.lstrip(), re.IGNORECASE):
            found.append(f"{name}: a line is an order to a CI system: {line[:60]!r}")
    return found


def odd(text: str) -> set[str]:
    """The characters in it that are not to be seen, or that change how others are seen."""
    return {char for char in text if char != "\n" and unicodedata.category(char) in ODD} - {"\r"}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in ("script", "style") and ("alert(" in data or "{display:none}" in data):
            self.seen.add(f"{self.inside} of a stranger")

    def handle_endtag(self, _: str) -> None:
        self.inside = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.inside = tag
        for attribute, value in attributes:
            if (tag, attribute, value) == ("link", "href", "data:,"):
                continue
            if attribute.startswith("on") or re.match(r"\s*(javascript|data|https?):", value or ""):
                self.seen.add(f"{tag} {attribute}={value}")


def _page(text: str) -> list[str]:
    page = _Page()
    page.feed(text)
    return sorted(page.seen - TAGS)
