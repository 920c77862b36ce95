"""The Dockerfile, line by line, with what was found beside its line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.model import Report
from grader.model.dockerfile import INSTRUCTIONS
from grader.report.figures import size
from grader.report.html_page.element import Html, element
from grader.report.html_page.parts import section, status
from grader.report.html_page.places import Places
from grader.report.html_page.words import PageWords
from grader.report.inert import inert, one_line, visible
from grader.report.view import View

CHARACTERS = 1_000

_FIRST = re.compile(r"\s*([A-Za-z]+)(?=\s|$)")


def dockerfile(report: Report, seen: View, page: PageWords, places: Places) -> Html | None:
    """The numbered text; each finding links to its check, and the check links to the line."""
    text = report.dockerfile
    if not text:
        return None
    notes = _notes(report, seen, page, places)
    rows = []
    left_out = 0
    inside = False
    for number, line in enumerate(text, 1):
        if number in places.lines:
            if left_out:
                rows.append(_gap(left_out, page))
                left_out = 0
            rows.append(_row(number, line, notes.get(number, []), inside=inside))
        else:
            left_out += 1
        inside = (inside or bool(_word(line))) and line.rstrip().endswith(("\\", "`"))
    if left_out:
        rows.append(_gap(left_out, page))
    about = element("p", page.dockerfile_about, class_="about") if notes else None
    return section("dockerfile", page.dockerfile, about, element("ol", *rows, class_="source"))


def _notes(report: Report, seen: View, page: PageWords, places: Places) -> dict[int, list[Html]]:
    """For each line what is said of it: findings first, remarks, then what its layer holds."""
    found: dict[int, list[Html]] = {}
    for at, check in enumerate(seen.checks, 1):
        if check.line is not None and check.status != "passed":
            link = element("a", check.title, href=f"#check-{at}")
            first = check.rows[0][1].partition("\n")[0] if check.rows else ""
            note = element("span", status(check.status, check.word), " ", link, element("span", first, class_="said"))
            found.setdefault(check.line, []).append(note)
    for line, text in _remark_notes(report):
        found.setdefault(line, []).append(text)
    for line, text in _layer_notes(report, page, places):
        found.setdefault(line, []).append(text)
    return {line: notes for line, notes in found.items() if 1 <= line <= len(report.dockerfile)}


def _remark_notes(report: Report) -> Iterator[tuple[int, Html]]:
    """The rule links to the remarks; what it says stands only beside the first line that it is about."""
    said: set[tuple[str, str]] = set()
    for remark in inert(report.remarks, characters=CHARACTERS):
        if remark.line is None:
            continue
        rule = (one_line(f"{remark.source} {remark.rule}"), one_line(remark.text))
        text = None if rule in said else f" {rule[1]}"
        said.add(rule)
        yield remark.line, element("span", element("a", rule[0], href="#remarks"), text, class_="quiet")


def _layer_notes(report: Report, page: PageWords, places: Places) -> Iterator[tuple[int, Html]]:
    for at, layer in enumerate(report.layers, 1):
        if layer.line is not None and layer.bytes:
            link = places.layer(at, f"{page.layer} {at}: {size(layer.bytes)}")
            wasted = f", {page.wasted.lower()} {size(layer.wasted)}" if layer.wasted else None
            yield layer.line, element("span", link, wasted, class_="quiet")


def _row(number: int, line: str, notes: list[Html], *, inside: bool) -> Html:
    shown = visible(line, characters=CHARACTERS)
    word = "" if inside else _word(line)
    if line.lstrip().startswith("#"):
        code = element("code", shown, class_="comment")
    elif word and shown.lstrip().startswith(word):
        start, _, rest = shown.partition(word)
        code = element("code", start, element("b", word), rest)
    else:
        code = element("code", shown or " ")
    beside = element("ul", *(element("li", note) for note in notes), class_="notes") if notes else None
    kind = "noted found" if any("#check-" in note for note in notes) else "noted" if notes else None
    return element(
        "li", element("span", str(number), class_="number"), code, beside, id=f"line-{number}", class_=kind, tabindex=-1
    )


def _gap(count: int, page: PageWords) -> Html:
    said = page.lines_left_out.format(count=f"{count:,}")
    return element("li", element("span", "…", class_="number"), said, class_="gap")


def _word(line: str) -> str:
    found = _FIRST.match(line)
    return found[1] if found and found[1].upper() in INSTRUCTIONS else ""
