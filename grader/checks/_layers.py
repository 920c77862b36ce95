"""What the checks of an image's layers share: which layers are the Dockerfile's own, what they waste, and amounts."""

from __future__ import annotations

from collections.abc import Iterator

from grader.model import Observation
from grader.model.image import Change, Layer, Waste

WORKS = ("builds", "answers_http", "command_prints", "program_in_image", "takes_arguments")
"""What a check needs that an empty image would pass: those of these that the exercise has."""

PERMISSIONS = ("mode", "owner", "attributes")
"""The kinds of a change that leave the contents of a file as they were, and are not only its time."""


def own_layers(seen: Observation) -> Iterator[tuple[int, Layer]]:
    """The layers that lie above the base image, with their numbers."""
    yield from list(enumerate(seen.built.layers))[seen.base_layers :]


def permission_changes(seen: Observation) -> Iterator[tuple[int, Change, int | None]]:
    """The files that a layer stores again with another mode or owner: its number, the change, and the layer before.

    A file of the base image that only loses rights (a program's setuid bit) is left out, as there is no other way.
    """
    before = {(waste.hidden_in, waste.path): waste.added_in for waste in seen.built.wasted}
    for number, layer in own_layers(seen):
        for change in layer.changes:
            below = before.get((number, change.path))
            if change.kind in PERMISSIONS and change.size and not (_base(seen, below) and _only_fewer(change)):
                yield number, change, below


def own_waste(seen: Observation, *, permissions: bool) -> Iterator[Waste]:
    """What the Dockerfile's own layers store and hide again, the largest first.

    `permissions`: with what is stored again only for another mode or owner.
    """
    changed = set() if permissions else {(number, change.path) for number, change, _ in permission_changes(seen)}
    for waste in seen.built.wasted:
        if waste.added_in >= seen.base_layers and (waste.hidden_in, waste.path) not in changed:
            yield waste


def place(seen: Observation, number: int | None) -> str:
    """A layer as a reader finds it: `line 4`, or `the base image`."""
    if number is None or number < seen.base_layers:
        return "the base image" if number is not None else "an earlier step"
    line = seen.built.layers[number].line
    return f"line {line}" if line else f"layer {number + 1}"


def amount(count: int) -> str:
    """Bytes for a reader, in the thousands that Docker counts in: `3.22 MB`."""
    if count < 1000:
        return f"{count} byte" + ("" if count == 1 else "s")
    value, unit = float(count), ""
    for larger in ("kB", "MB", "GB"):
        if unit and value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{value:.3g} {unit}"


def _base(seen: Observation, number: int | None) -> bool:
    return number is not None and number < seen.base_layers


def _only_fewer(change: Change) -> bool:
    return change.kind == "mode" and change.mode is not None and change.mode & ~(change.mode_before or 0) == 0
