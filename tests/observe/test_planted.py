"""What is planted in a build context, and where it is found again."""

from __future__ import annotations

import io
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from grader import dockerfile
from grader.image import read
from grader.model import Build, PlantedFile
from grader.observe.planted import _contents, _found
from tests.image import image_making as making

TEXT = b"FROM busybox:1.37\nCOPY . /srv/\nRUN rm -r /srv\n"
SECRET = _contents("a1", 40)
MANY = [making.file(f"srv/data/{number}", bytes([number]) * 5_000) for number in range(230)]


@pytest.mark.parametrize("size", [0, 40, 5000])
def test_no_two_files_hold_the_same(size: int) -> None:
    one, other = _contents("a1", size), _contents("b2", size)
    assert one != other
    assert len(one) == max(size, len("planted-a1\n"))


def found(*layers: list[Any]) -> PlantedFile:
    """What is found of a planted .env in an image of these layers, above one that holds nothing of it."""
    tars = [making.tar(members) for members in ([making.folder("bin")], *layers)]
    saved = making.archive(making.saved_parts(tars))
    bench: Any = SimpleNamespace(
        engine=SimpleNamespace(save=lambda _: nullcontext(io.BytesIO(saved))),
        files=read(io.BytesIO(making.archive(making.saved_parts(tars[:1])))).files,
        dockerfile=dockerfile.parse(TEXT),
    )
    (one,) = _found(bench, Build(builder="buildkit", image="i"), {".env": SECRET}, frozenset({".env"}))
    return one


@pytest.mark.parametrize(
    ("layers", "at", "hidden"),
    [
        ([[making.file("srv/.env", SECRET)]], ("/srv/.env",), False),
        ([[making.file("srv/other-name", SECRET)]], ("/srv/other-name",), False),
        ([[making.file("srv/all", b"first\n" + SECRET)]], ("/srv/all",), False),
        # However much else is hidden, and under whatever name.
        ([[*MANY, making.file("srv/.env", SECRET)], [making.file(".wh.srv")]], (), True),
        ([[making.file("srv/other-name", SECRET)], [making.file("srv/.wh.other-name")]], (), True),
        ([[making.file("srv/.env", SECRET)], [making.file("srv/.env", b"emptied")]], (), True),
        # The same name with other contents is another file.
        ([[making.file("srv/.env", b"their own")], [making.file("srv/.wh..env")]], (), False),
        ([[making.file("srv/x")]], (), False),
    ],
)
def test_where_it_is(layers: list[list[Any]], at: tuple[str, ...], hidden: bool) -> None:
    one = found(*layers)
    assert (one.sent, one.at, one.hidden) == (True, at, hidden)
