"""An archive on the disk, whose large files are passed over: it says the same as one that is read to the last byte."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import image
from grader.errors import ImageError
from grader.image import layer as layers
from tests.image.image_making import Part, archive, digest, file, folder, hard, saved_parts, tar

BIG = layers.LARGE + 100
ONE, TWO = b"1" * BIG, b"2" * BIG
LOWER = tar([
    folder("srv"), file("srv/kept", ONE), file("srv/changed", ONE), file("srv/again", TWO), file("srv/small", b"s"),
    file("srv/gone", TWO), hard("srv/twin", "srv/kept"),
])  # fmt: skip
UPPER = tar([
    file("srv/changed", TWO), file("srv/again", TWO), file("srv/longer", ONE + b"3"), file("srv/.wh.gone"),
    file("srv/last", b"l" * 700),
])  # fmt: skip
PARTS = saved_parts([LOWER, UPPER])


@pytest.fixture(params=["documents first", "layers first"])
def data(request: pytest.FixtureRequest) -> bytes:
    """The archive in one order or the other."""
    parts: list[Part] = PARTS if request.param == "documents first" else PARTS[::-1]
    return archive(parts)


def said(source: Path | io.BytesIO) -> str:
    """What is said of an archive that cannot be read."""
    with pytest.raises(ImageError) as error:
        image.read(source)
    return error.value.what


def test_it_says_the_same(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    path.write_bytes(data)
    here, piped = image.read(path, keep=["/srv/last", "/srv/small"]), image.read(io.BytesIO(data), keep=["/srv/*"])
    assert here.image == piped.image
    assert dict(here.files) == dict(piped.files)
    assert here.contents == {"/srv/last": b"l" * 700, "/srv/small": b"s"}
    assert here.files["/srv/changed"].sha256 == digest(TWO)
    assert here.files["/srv/twin"].sha256 == digest(ONE)
    kinds = {change.path: change.kind for change in here.image.layers[1].changes}
    assert (kinds["/srv/changed"], kinds["/srv/again"], kinds["/srv/gone"]) == ("contents", "same", "deleted")


def test_contents_are_read_when_their_digest_is_asked_for_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "image.tar"
    path.write_bytes(archive(PARTS))
    asked: list[int] = []
    really = layers._digest_at

    def counted(name: str, offset: int, size: int) -> bytes:
        asked.append(size)
        return really(name, offset, size)

    monkeypatch.setattr(layers, "_digest_at", counted)
    seen = image.read(path)
    assert len(asked) == 4  # changed and again, each in both layers: their sizes do not tell them apart
    assert seen.files["/srv/longer"].sha256 == seen.files["/srv/longer"].sha256 == digest(ONE + b"3")
    assert len(asked) == 5


def cuts(data: bytes) -> Iterator[int]:
    """Lengths at which something is cut: in headers, in small and large contents, in what fills up a block."""
    yield from range(512, len(data) - 1024, 97_001)
    for number in range(512, len(data), 512):
        if data[number : number + 4] in (b"srv/", b"1/la", b"conf"):
            yield from (number, number + 200, number + 512, number + 600)


def test_one_that_is_cut_short_is_told_of_in_the_same_words(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    for length in cuts(data):
        path.write_bytes(data[:length])
        assert said(path).removeprefix(f"{path}: ") == said(io.BytesIO(data[:length])), length


def test_a_layer_whose_tar_goes_beyond_it(tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    for length in (BIG - 50, 512 + 100, len(LOWER) // 2):
        data = archive([*PARTS[:2], ("0/layer.tar", LOWER[:length]), ("1/layer.tar", UPPER)])
        path.write_bytes(data)
        assert said(path).removeprefix(f"{path}: ") == said(io.BytesIO(data)), length


def test_a_file_that_has_gone_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    path.write_bytes(archive(PARTS))
    seen = image.read(path)
    path.unlink()
    assert seen.files["/srv/small"].sha256 == digest(b"s")
    with pytest.raises(ImageError, match="cannot be read any more"):
        seen.files["/srv/longer"]
