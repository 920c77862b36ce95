"""Where a text is to be read in an image and in what its build has printed."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from grader.image import lines_of_rows, spellings
from grader.model import Trace
from grader.observe.bench import Bench

SHOWN = 60


def traces(bench: Bench, texts: tuple[str, ...]) -> tuple[Trace, ...]:
    """The places of the texts, as they are, in base64 or in hexadecimal: settings, then output, then layers.

    The layers have been searched for them while the image was read.
    """
    found = [trace for text in texts for trace in (*_in_settings(bench, text), *_in_output(bench, text))]
    layers = bench.image.layers
    hits = (hit for hit in bench.hits if hit.sought in texts)
    found += (Trace(text=hit.sought, where="layer", name=hit.path, line=layers[hit.layer].line) for hit in hits)
    return tuple(found)


def _in_settings(bench: Bench, text: str) -> Iterator[Trace]:
    config = bench.image.config
    for name, value in config.environment.items():
        if _holds(value, text):
            yield Trace(text=text, where="environment", name=name, line=_line(bench, "ENV", name))
    rest = msgspec.structs.replace(config, env=())
    if _holds(msgspec.json.encode(rest).decode(), text):
        yield Trace(text=text, where="configuration")
    rows = bench.image.history
    for row, line in zip(rows, lines_of_rows(rows, bench.dockerfile), strict=True):
        if _holds(f"{row.created_by}\n{row.comment}", text):
            yield Trace(text=text, where="history", name=row.created_by[:SHOWN], line=line)


def _in_output(bench: Bench, text: str) -> Iterator[Trace]:
    for step in bench.build.steps:
        if _holds(step.output, text):
            yield Trace(text=text, where="output", name=step.command[:SHOWN], line=step.line)


def _holds(said: str, text: str) -> bool:
    return any(form in said.encode() for form in spellings(text))


def _line(bench: Bench, keyword: str, word: str) -> int | None:
    """The last instruction of this kind that names the word."""
    same = (one.start for one in bench.dockerfile.instructions if one.name == keyword and word in one.text)
    return max(same, default=None)
