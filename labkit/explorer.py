"""What an image's layers hold, as the layer explorer shows it; and the same as text and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TypedDict

from grader.model.image import Change, Image, Layer
from labkit.bars import bar, blocks
from labkit.images import plain
from labkit.sizes import size
from labkit.tables import Table
from labkit.words import words

# What a page takes without a pause; of an image with more the largest are listed, and the others counted.
ROWS_MOST = 60_000
HIDDEN_SHOWN = 8


class LayerState(TypedDict):
    """One layer: sizes in bytes, tallies as (files, bytes), and its changes as columns, sorted by path.

    `hidden` has, by the place in the columns, the number of the layer that hides the path.
    """

    command: str
    size: int
    waste: int
    added: tuple[int, int]
    changed: tuple[int, int]
    deleted: tuple[int, int]
    paths: list[str]
    kinds: list[str]
    sizes: list[int]
    files: list[int]
    hidden: dict[str, int]
    left_out: int


class Explored(TypedDict):
    """All that the explorer shows; layers are numbered from 1, the base's first."""

    command: str
    title: str
    size: int
    waste: int
    files: int
    layers: list[LayerState]


def explored(image: Image, name: str, client: str = "docker") -> Explored:
    """What there is to show of an image as it was analysed."""
    hidden: dict[int, dict[str, int]] = {}
    for waste in image.wasted:
        hidden.setdefault(waste.added_in, {})[waste.path] = waste.hidden_in + 1
    kept = _kept([len(layer.changes) for layer in image.layers])
    return {
        "command": f"{client} save {name}",
        "title": name,
        "size": image.size,
        "waste": image.wasted_bytes,
        "files": image.file_count,
        "layers": [
            _layer(layer, image.wasted_of[number], hidden.get(number, {}), kept[number])
            for number, layer in enumerate(image.layers)
        ],
    }


def _kept(counts: Sequence[int]) -> list[int]:
    """How many of each layer's changes are listed."""
    whole = sum(counts)
    return [count if whole <= ROWS_MOST else count * ROWS_MOST // whole for count in counts]


def _layer(layer: Layer, waste: int, hidden: dict[str, int], kept: int) -> LayerState:
    listed: list[Change] = sorted(layer.changes[:kept], key=lambda change: change.path)
    return {
        "command": plain(layer.created_by),
        "size": layer.size,
        "waste": waste,
        "added": (layer.added.files, layer.added.bytes),
        "changed": (layer.changed.files, layer.changed.bytes),
        "deleted": (layer.deleted.files, layer.deleted.bytes),
        "paths": [change.path for change in listed],
        "kinds": [change.kind for change in listed],
        "sizes": [change.size for change in listed],
        "files": [change.files for change in listed],
        "hidden": {str(at): hidden[change.path] for at, change in enumerate(listed) if change.path in hidden},
        "left_out": layer.changes_total - len(listed),
    }


def text(state: Explored) -> str:
    """The layers as lines of text, and the largest of what is hidden."""
    most = max((layer["size"] for layer in state["layers"]), default=0)
    rows = [(*cells, blocks(layer["size"], most)) for cells, layer in zip(_cells(state), state["layers"], strict=True)]
    lines = [repr(Table((*_headings(), ""), rows, f"{words()['stands_for']}: {state['command']}")), summary(state)]
    return "\n".join([*lines, *(f"  {line}" for line in largest_hidden(state))])


def html(state: Explored) -> str:
    """The same as a table; the hollow part of a bar is what no longer shows."""
    most = max((layer["size"] for layer in state["layers"]), default=0)
    left = 'style="text-align:left"'
    head = "".join(f'<th scope="col" {left}>{escape(word)}</th>' for word in _headings())
    rows = []
    for cells, layer in zip(_cells(state), state["layers"], strict=True):
        number, command, held, *others = (escape(cell) for cell in cells)
        picture = bar(layer["size"], most, layer["waste"])
        rest = "".join(f"<td {left}>{cell}</td>" for cell in others)
        rows.append(
            f"<tr><td>{number}</td><td {left}><code>{command}</code></td><td {left}>{held}<br>{picture}</td>{rest}</tr>"
        )
    more = "".join(f"<li>{escape(line)}</li>" for line in largest_hidden(state))
    return (
        f"<p><code>{escape(state['command'])}</code></p><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table><p>{escape(summary(state))}</p>" + (f"<ul>{more}</ul>" if more else "")
    )


def summary(state: Explored) -> str:
    """The image in one line."""
    return words()["layers_summary"].format(
        size=size(state["size"]), files=f"{state['files']:,}", layers=len(state["layers"]), waste=size(state["waste"])
    )


def largest_hidden(state: Explored) -> list[str]:
    """The largest files that the image carries and does not show, a line each."""
    found = [
        (layer["sizes"][int(at)], layer["paths"][int(at)], number, by)
        for number, layer in enumerate(state["layers"], start=1)
        for at, by in layer["hidden"].items()
    ]
    largest = sorted(found, key=lambda one: (-one[0], one[1]))[:HIDDEN_SHOWN]
    say = words()["hidden_line"]
    return [say.format(size=size(held), path=path, layer=number, by=by) for held, path, number, by in largest]


def _headings() -> tuple[str, ...]:
    say = words()
    return (say["layer"], say["made_by"], say["size"], say["hidden"], say["added"], say["changed"], say["deleted"])


def _cells(state: Explored) -> list[tuple[str, ...]]:
    return [
        (
            str(number),
            (layer["command"] or words()["base_layer"])[:60],
            size(layer["size"]),
            size(layer["waste"]) if layer["waste"] else "–",
            *(f"{tally[0]:,}" if tally[0] else "–" for tally in (layer["added"], layer["changed"], layer["deleted"])),
        )
        for number, layer in enumerate(state["layers"], start=1)
    ]
