"""Searching all layers of an archive: what a later layer hides is found as well."""

import gzip
import io
from base64 import b64encode
from hashlib import sha256

import pytest
from image_making import archive, configuration, digest, file, folder, link, saved_parts, tar

from grader.errors import ImageError
from grader.image import Hit, read

TEXT = "dock_5f3c1ab29e"


def hits(*layers: bytes, packed: bool = False, text: str = TEXT) -> list[tuple[int, str]]:
    parts = saved_parts(layers, configuration(layers))
    if packed:
        parts = [(name, gzip.compress(data) if name.endswith("layer.tar") else data) for name, data in parts]
    return [(hit.layer, hit.path) for hit in read(io.BytesIO(archive(parts)), texts=[text]).hits]


@pytest.mark.parametrize("packed", [False, True])
def test_what_a_later_layer_deletes_is_found(packed: bool) -> None:
    first = tar([folder("srv"), file("srv/token", TEXT.encode())])
    assert hits(first, tar([file("srv/.wh.token")]), packed=packed) == [(0, "/srv/token")]


@pytest.mark.parametrize("lead", range(7))
def test_base64_is_seen_through_wherever_the_text_begins_in_it(lead: int) -> None:
    data = b64encode(b"x" * lead + TEXT.encode() + b"\n")
    assert hits(tar([file("a"), file("b", b"key=" + data)])) == [(0, "/b")]


@pytest.mark.parametrize(
    ("member", "found"),
    [
        (file("a", b"x" * 300_000 + TEXT.encode() + b"x" * 300_000), True),
        (file("a", b"x" * (2 * 262_144 - 7) + TEXT.encode()), True),
        (file("a", TEXT.encode().hex().encode()), True),
        (file("a", gzip.compress(b"x" * 300_000 + TEXT.encode())), True),
        (file("a", gzip.compress(tar([file("t", TEXT.encode())]))), True),
        (file("a", gzip.compress(TEXT.encode())[:-9]), True),
        (file("a", gzip.compress(b"nothing")), False),
        (file("a", b"\x1f\x8b no gzip"), False),
        (file(f"{TEXT}.txt"), True),
        (link("a", f"/tmp/{TEXT}"), True),
        (file("a", pax_headers={"SCHILY.xattr.user.token": TEXT}), True),
        (file("a", TEXT[:-1].encode()), False),
        (file("a", TEXT.upper().encode()), False),
        (file("a", sha256(TEXT.encode()).hexdigest().encode()), False),
    ],
)
def test_where_it_can_be(member: tuple, found: bool) -> None:
    assert bool(hits(tar([member]))) is found


def test_a_file_is_found_by_its_contents_whatever_its_name() -> None:
    first = tar([file("a", b"one"), file("b", b"two")])
    made = io.BytesIO(archive(saved_parts([first, tar([file("c/d", b"one")])])))
    one = digest(b"one")
    assert read(made, digests=[one]).hits == (
        Hit(sought=one, layer=0, path="/a"),
        Hit(sought=one, layer=1, path="/c/d"),
    )


def test_no_more_than_fifty_places_a_layer_are_told() -> None:
    assert len(hits(tar(file(f"{number}", TEXT.encode()) for number in range(80)))) == 50


def test_what_is_no_image_is_refused() -> None:
    with pytest.raises(ImageError):
        read(io.BytesIO(tar([file("a", b"b")])), texts=[TEXT])
