"""Observation -> what a report shows beside its verdicts: the text, the layers with their lines, the rebuilds."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from grader import checks
from grader.model import (
    Build,
    Image,
    LayerShown,
    Observation,
    Rebuild,
    RebuildSeen,
    Rebuilt,
    Remark,
    SourceEditedSeen,
    WasteShown,
)

WASTE_SHOWN = 20


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a report that are facts: each is the field of `Report` of the same name."""

    dockerfile: tuple[str, ...] = ()
    layers: tuple[LayerShown, ...] = ()
    wasted: tuple[WasteShown, ...] = ()
    wasted_bytes: int = 0
    rebuilds: tuple[Rebuilt, ...] = ()
    remarks: tuple[Remark, ...] = ()
    remarks_missing: tuple[str, ...] = ()


def evidence(seen: Observation) -> Evidence:
    """What a report shows of an observation; what was not seen is empty."""
    image = seen.image or Image(id="")
    return Evidence(
        dockerfile=seen.dockerfile.lines if seen.dockerfile else seen.unparsed,
        layers=_layers(image, seen.base_layers),
        wasted=_wasted(image),
        wasted_bytes=image.wasted_bytes,
        rebuilds=tuple(_rebuilds(seen)),
        remarks=_remarks(seen.remarks.made),
        remarks_missing=seen.remarks.missing,
    )


def _layers(image: Image, base_layers: int) -> tuple[LayerShown, ...]:
    wasted = image.wasted_of or (0,) * len(image.layers)
    return tuple(
        LayerShown(
            command=layer.created_by,
            line=layer.line,
            base=number < base_layers,
            bytes=layer.size,
            wasted=lost,
            added=layer.added.files,
            changed=layer.changed.files,
            deleted=layer.deleted.files,
        )
        for number, (layer, lost) in enumerate(zip(image.layers, wasted, strict=True))
    )


def _wasted(image: Image) -> tuple[WasteShown, ...]:
    lines = [layer.line for layer in image.layers]
    return tuple(
        WasteShown(
            path=waste.path,
            bytes=waste.bytes,
            added_in=waste.added_in,
            hidden_in=waste.hidden_in,
            added_line=lines[waste.added_in],
            hidden_line=lines[waste.hidden_in],
        )
        for waste in image.wasted[:WASTE_SHOWN]
    )


def _rebuilds(seen: Observation) -> Iterator[Rebuilt]:
    """The builds after an edit, of a file that the exercise names or that was found."""
    for each in seen.probed:
        if isinstance(each.probe, Rebuild) and isinstance(each.seen, RebuildSeen):
            yield Rebuilt(edit=each.probe.edit, build=_quiet(each.seen.build))
        elif isinstance(each.seen, SourceEditedSeen) and each.seen.build is not None:
            yield Rebuilt(edit=each.seen.edit, build=_quiet(each.seen.build))


def _quiet(build: Build) -> Build:
    steps = tuple(msgspec.structs.replace(step, output="") for step in build.steps)
    return msgspec.structs.replace(build, steps=steps)


def _remarks(made: tuple[Remark, ...]) -> tuple[Remark, ...]:
    """The remarks with the check that looks at the same, as the checks themselves say."""
    covered = {rule: check.name for check in checks.load_all().values() for rule in check.rules} if made else {}
    return tuple(msgspec.structs.replace(each, check=covered.get(f"{each.source} {each.rule}", "")) for each in made)
