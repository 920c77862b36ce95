"""Which layers are the base image's, and which line made each of the others."""

from typing import Any

import pytest

from grader import dockerfile
from grader.errors import UsageError
from grader.model import Image
from grader.model.image import HistoryRow, Layer
from grader.observe.origin import base_of, with_origins


class Engine:
    """What an engine says of one base image."""

    def __init__(self, name: str, layers: list[str], rows: int) -> None:
        self.name, self.layers, self.rows = name, layers, rows

    def inspect(self, name: str) -> dict[str, Any]:
        if name != self.name:
            raise UsageError(f"No such image: {name}")
        return {"RootFS": {"Layers": self.layers}}

    def history(self, name: str) -> tuple[int, ...]:
        return tuple(range(self.rows if name == self.name else 0))


def image(*rows: tuple[str, bool]) -> Image:
    """An image whose history has these rows; those that made a layer have a number of their own."""
    history, count = [], 0
    for text, layer in rows:
        history.append(HistoryRow(created_by=text, comment="buildkit.dockerfile.v0", layer=count if layer else None))
        count += layer
    return Image(id="1", history=tuple(history), layers=tuple(Layer(diff_id=f"d{n}") for n in range(count)))


BASE = (("COPY a /", True), ("RUN one", True), ('CMD ["sh"]', False))
OWN = (("COPY b /", True), ("RUN two", True), ('CMD ["b"]', False))
TEXT = "FROM base:1\nCOPY b /\nRUN two\nCMD b\n"


def origins(text: str, engine: Engine, seen: Image) -> tuple[list[int | None], int]:
    found, count = with_origins(seen, dockerfile.parse(text.encode()), engine)  # type: ignore[arg-type]
    return [layer.line for layer in found.layers], count


def test_the_layers_of_the_base_image_have_no_line() -> None:
    engine = Engine("base:1", ["d0", "d1"], 3)
    assert origins(TEXT, engine, image(*BASE, *OWN)) == ([None, None, 2, 3], 2)


def test_a_base_image_of_the_same_commands() -> None:
    engine = Engine("base:1", ["d0", "d1"], 3)
    assert origins("FROM base:1\nRUN one\n", engine, image(*BASE, ("RUN one", True))) == ([None, None, 2], 2)


def test_nothing_of_its_own() -> None:
    engine = Engine("base:1", ["d0", "d1"], 3)
    assert origins("FROM base:1\n", engine, image(*BASE)) == ([None, None], 2)


@pytest.mark.parametrize("engine", [Engine("other:1", [], 0), Engine("base:1", ["x0", "x1"], 3)])
def test_a_base_image_that_the_engine_does_not_know_is_found_by_the_lines(engine: Engine) -> None:
    assert origins(TEXT, engine, image(*BASE, *OWN)) == ([None, None, 2, 3], 2)


def test_scratch_has_no_layers() -> None:
    assert origins("FROM scratch\nCOPY b /\n", Engine("base:1", [], 0), image(("COPY b /", True))) == ([2], 0)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("FROM a:1\n", "a:1"),
        ("FROM a:1 AS x\nFROM b:1\n", "b:1"),
        ("FROM a:1 AS x\nFROM b:1 AS y\nFROM X\n", "a:1"),
        ("ARG V=2\nFROM a:$V AS a\nFROM a AS a\nFROM a\n", "a:2"),
        ("FROM scratch\n", "scratch"),
    ],
)
def test_the_base_of_the_last_stage(text: str, name: str) -> None:
    assert base_of(dockerfile.parse(text.encode())) == name
