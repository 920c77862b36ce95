"""The layers: as a picture, as a table that says the same, and what nobody can see."""

from __future__ import annotations

from grader.model import LayerShown, Report
from grader.report.figures import size
from grader.report.html_page.element import Html, element
from grader.report.html_page.parts import bar, cell, picture, section, table
from grader.report.html_page.places import LAYERS, Places
from grader.report.html_page.words import PageWords
from grader.report.inert import one_line

LEAST = 0.004
COMMAND = 300


def layers(report: Report, page: PageWords, places: Places) -> Html:
    """The section; without an image it says so."""
    if not report.layers:
        return section("layers", page.layers, element("p", page.no_layers))
    total = sum(layer.bytes for layer in report.layers)
    return section(
        "layers",
        page.layers,
        element("p", *_about(report, total, page), class_="about"),
        _picture(report.layers, total, page),
        _table(report.layers, total, page, places),
        _waste(report, page, places),
    )


def _about(report: Report, total: int, page: PageWords) -> tuple[str, ...]:
    words = page.layers_about_one if len(report.layers) == 1 else page.layers_about
    said = words.format(count=len(report.layers), size=size(total))
    return (said, " ", page.hatched) if any(layer.wasted for layer in report.layers) else (said,)


def _picture(every: tuple[LayerShown, ...], total: int, page: PageWords) -> Html | None:
    """One bar: each layer its share, what is wasted of it hatched at its end."""
    if not total:
        return None
    pieces, at = [], 0.0
    room = 1 - LEAST * len(every)
    for number, layer in enumerate(every[:LAYERS], 1):
        share = layer.bytes / total * max(room, 0.0) + LEAST
        pieces.append(bar(at, share - LEAST / 3, "base" if layer.base else f"own-{number % 2}"))
        if layer.wasted:
            lost = layer.wasted / total * max(room, 0.0)
            pieces.append(bar(at + share - LEAST / 3 - lost, lost, "waste", least=LEAST / 2))
        if share > 0.04:
            middle = f"{at + share / 2:.3%}"
            pieces.append(element("text", str(number), x=middle, y="50%", class_="on-base" if layer.base else "on-own"))
        at += share
    return picture(*pieces, kind="layer-bar", label=page.layers_picture.format(size=size(total)))


def _table(every: tuple[LayerShown, ...], total: int, page: PageWords, places: Places) -> Html:
    columns = (
        (page.layer, "right"),
        (page.made_by, ""),
        (page.files, ""),
        (page.share_of_image, "share"),
        (page.size, "right"),
        (page.wasted, "right"),
    )
    return table(
        page.layers,
        columns,
        (_row(number, layer, total, page, places) for number, layer in enumerate(every[:LAYERS], 1)),
        kind="layers",
    )


def _row(number: int, layer: LayerShown, total: int, page: PageWords, places: Places) -> Html:
    command = one_line(layer.command.removesuffix("# buildkit"))[:COMMAND]
    place: Html | None = element("span", page.base_image, class_="tag") if layer.base else None
    if layer.line is not None:
        place = places.line(layer.line)
    counts = ((page.files_added, layer.added), (page.files_changed, layer.changed), (page.files_deleted, layer.deleted))
    files = ", ".join(words.format(count=f"{count:,}") for words, count in counts if count) or page.no_files
    share = picture(bar(0, layer.bytes / total if total else 0, "base" if layer.base else "own-1"), kind="share-bar")
    return element(
        "tr",
        cell(str(number), label=page.layer, kind="right"),
        element("th", place, " ", element("code", command), scope="row"),
        cell(files, label=page.files, kind="files"),
        cell(share, kind="share"),
        cell(size(layer.bytes), label=page.size, kind="right"),
        cell(size(layer.wasted) if layer.wasted else page.wasted_none, label=page.wasted, kind="right"),
        id=f"layer-{number}",
        class_="base" if layer.base else None,
        tabindex=-1,
    )


def _waste(report: Report, page: PageWords, places: Places) -> Html | None:
    if not report.wasted:
        return None
    columns = ((page.path, ""), (page.size, "right"), (page.added_by, ""), (page.hidden_by, ""))
    rows = [
        element(
            "tr",
            element("th", element("code", one_line(waste.path)[:COMMAND]), scope="row"),
            cell(size(waste.bytes), label=page.size, kind="right"),
            cell(_by(report, waste.added_in, waste.added_line, page, places), label=page.added_by),
            cell(_by(report, waste.hidden_in, waste.hidden_line, page, places), label=page.hidden_by),
        )
        for waste in report.wasted
    ]
    return element(
        "div",
        element("h3", page.waste_title),
        element("p", page.wasted_of.format(size=size(report.wasted_bytes)), " ", page.waste_more, class_="about"),
        table(page.waste_title, columns, rows, kind="waste"),
        class_="part",
    )


def _by(report: Report, index: int, line: int | None, page: PageWords, places: Places) -> Html:
    if line is not None:
        return places.line(line)
    if 0 <= index < len(report.layers) and report.layers[index].base:
        return element("span", page.base_image, class_="tag")
    return places.layer(index + 1, f"{page.layer} {index + 1}")
