"""What the sections of the page share: section, status, link to a line, bars, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.model import Status
from grader.report.html_page.element import Html, element
from grader.report.terminal import SIGNS


def section(name: str, title: str, *children: str | None) -> Html:
    """A section that can be gone to, under a heading."""
    heading = element("h2", title, id=f"{name}-title")
    return element("section", heading, *children, id=name, aria_labelledby=f"{name}-title", tabindex=-1)


def status(kind: Status, word: str) -> Html:
    """A sign and a word, so that the colour is never alone."""
    sign = element("span", SIGNS[kind], aria_hidden="true")
    return element("span", sign, " ", word, class_=f"status {kind}")


def bar(x: float, width: float, kind: str, *, least: float = 0.0) -> Html:
    """A piece of a picture, of the class `kind`: from `x`, `width` long, in shares of 1, and never outside of it."""
    width = min(max(width, least, 0.0), 1.0)
    x = min(max(x, 0.0), 1.0 - width)
    return element("rect", x=f"{x:.3%}", y=0, width=f"{width:.3%}", height="100%", class_=kind)


def picture(*pieces: str, kind: str, label: str = "") -> Html:
    """Pieces side by side in one picture; without a `label` it says nothing that the text beside it does not say."""
    spoken = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return element("svg", *pieces, class_=kind, focusable="false", **spoken)


def table(caption: str, columns: Sequence[tuple[str, str]], rows: Iterable[Html], *, kind: str) -> Html:
    """A table with a caption for those who hear it; `columns` are names and classes, `rows` are whole rows."""
    head = element("tr", *(element("th", name, scope="col", class_=side or None) for name, side in columns))
    inner = element(
        "table",
        element("caption", caption, class_="spoken"),
        element("thead", head),
        element("tbody", *rows),
        class_=kind,
    )
    return element("div", inner, class_="wide")


def cell(*children: str | None, label: str = "", kind: str = "") -> Html:
    """A cell; `label` is its column's name, shown where the page is too narrow for columns."""
    return element("td", *children, class_=kind or None, data_label=label or None)


def hatching() -> Html:
    """The pattern that marks waste and failure in pictures, whatever the colours."""
    stripe = element("line", x1=0, y1=0, x2=0, y2=6, class_="stripe")
    pattern = element(
        "pattern", stripe, id="hatch", width=6, height=6, patternUnits="userSpaceOnUse", patternTransform="rotate(45)"
    )
    return element("svg", element("defs", pattern), class_="patterns", aria_hidden="true", focusable="false")
