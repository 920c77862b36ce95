"""What of the page can be gone to: lines of the Dockerfile and layers; a link never leads nowhere."""

from __future__ import annotations

import msgspec

from grader.model import Report
from grader.report.html_page.element import Html, element
from grader.report.html_page.words import PageWords

LINES = 600
LAYERS = 150


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers, counted from 1, of the lines and of the layers that the page shows."""

    lines: frozenset[int]
    layers: int
    page: PageWords

    def line(self, number: int, text: str = "") -> Html:
        """`text`, or else `Line 4`, as a link where that line is shown."""
        text = text or self.page.to_line.format(line=number)
        return element("a", text, href=f"#line-{number}") if number in self.lines else element("span", text)

    def layer(self, number: int, text: str) -> Html:
        """`text` as a link where that layer is shown."""
        return element("a", text, href=f"#layer-{number}") if 1 <= number <= self.layers else element("span", text)


def places(report: Report, page: PageWords) -> Places:
    """The first LINES lines and all that something is said of; the first LAYERS layers."""
    builds = [build for build in (report.build, *(each.build for each in report.rebuilds)) if build]
    spoken_of = {check.line for check in report.checks}
    spoken_of |= {remark.line for remark in report.remarks}
    spoken_of |= {layer.line for layer in report.layers}
    spoken_of |= {line for waste in report.wasted for line in (waste.added_line, waste.hidden_line)}
    spoken_of |= {step.line for build in builds for step in build.steps}
    count = len(report.dockerfile)
    shown = {line for line in spoken_of if line is not None and 1 <= line <= count}
    return Places(
        lines=frozenset(shown | set(range(1, min(count, LINES) + 1))),
        layers=min(len(report.layers), LAYERS),
        page=page,
    )
