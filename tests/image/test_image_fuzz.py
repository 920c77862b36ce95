"""Damaged archives are read or refused with an ImageError; nothing else comes out, and the sums still hold."""

import gzip
import io
import json
import tarfile

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from image_making import archive, configuration, file, folder, hard, link, saved_parts, tar

from grader.errors import ImageError
from grader.image import read
from grader.image.header import is_header

XATTR = {"SCHILY.xattr.user.a": "b"}
SPARSE = {"GNU.sparse.map": "5,2,9,1", "GNU.sparse.size": "10", "GNU.sparse.name": "holes"}
LOWER = [
    folder("./"),
    file("a", b"x" * 600),
    hard("b", "a"),
    link("l", "a"),
    file("n" * 120, b"n", pax_headers=XATTR),
    file("sparse", b"abc", pax_headers=SPARSE),
    file("d/e/f", b"f"),
]
UPPER = [file(".wh.a"), file("d/.wh..wh..opq"), file("d/g", b"g"), file("l", b"file"), hard("new", "n" * 120)]
LAYERS = [tar(LOWER), tar(UPPER, tarfile.GNU_FORMAT)]
PARTS = saved_parts(LAYERS)
WHOLE = archive(PARTS)
SQUEEZED = archive([*PARTS[:2], *((name, gzip.compress(data)) for name, data in PARTS[2:])])

EDITS = st.lists(st.tuples(st.integers(0, 1 << 30), st.integers(0, 255)), min_size=1, max_size=8)


def survives(data: bytes) -> None:
    try:
        seen = read(io.BytesIO(data), keep=["*"])
    except ImageError:
        return
    msgspec.json.encode([seen.image, *seen.files.values()])
    shown = sum(file.size for file in seen.files.files() if not file.hard_link)
    assert shown == seen.image.size - seen.image.wasted_bytes
    assert all(seen.files[path].path == path for path in seen.files)


def test_the_archive_is_an_image():
    seen = read(io.BytesIO(WHOLE))
    assert (seen.image.size, seen.image.wasted_bytes) == (600 + 1 + 10 + 1 + 1 + 4, 1)
    assert read(io.BytesIO(SQUEEZED)).image == seen.image


@pytest.mark.parametrize("whole", [WHOLE, SQUEEZED])
@settings(max_examples=300, deadline=None)
@given(edits=EDITS, cut=st.integers(0, 1 << 30) | st.none())
def test_any_bytes(whole, edits, cut):
    data = bytearray(whole)
    for at, value in edits:
        data[at % len(data)] = value
    survives(bytes(data if cut is None else data[: cut % len(data)]))


@settings(max_examples=600, deadline=None)
@given(which=st.integers(0, 1), header=st.integers(0, 100), edits=EDITS)
def test_headers_with_right_checksums(which, header, edits):
    data = bytearray(LAYERS[which])
    starts = [at for at in range(0, len(data), 512) if is_header(bytes(data[at : at + 512]))]
    start = starts[header % len(starts)]
    for at, value in edits:
        data[start + at % 512] = value
    block = data[start : start + 512]
    data[start + 148 : start + 156] = b"%06o\0 " % (sum(block[:148]) + sum(block[156:]) + 256)
    survives(archive([*PARTS[: 2 + which], (f"{which}/layer.tar", bytes(data)), *PARTS[3 + which :]]))


@settings(max_examples=300, deadline=None)
@given(
    records=st.dictionaries(
        st.sampled_from(
            ["path", "linkpath", "size", "uid", "mtime", *SPARSE, "GNU.sparse.major", "GNU.sparse.realsize"]
        ),
        st.one_of(
            st.integers().map(str), st.text(max_size=20), st.lists(st.integers(0, 20)).map(lambda n: str(n)[1:-1])
        ),
    )
)
def test_pax_records(records):
    records = {key: value.replace(", ", ",") for key, value in records.items()}
    survives(archive([*PARTS[:2], ("0/layer.tar", tar([file("f", b"x" * 700, pax_headers=records)])), PARTS[3]]))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(value=JSON, key=st.sampled_from(["Env", "Cmd", "Healthcheck", "Labels", "User", "Volumes", "history", "rootfs"]))
def test_configurations(value, key):
    more = {key: value} if key.islower() else {"config": {key: value}}
    config = {**json.loads(configuration(LAYERS)), **more}
    survives(archive([PARTS[0], ("config.json", json.dumps(config).encode()), *PARTS[2:]]))
    survives(archive([("manifest.json", json.dumps([value, value]).encode()), *PARTS[1:]]))
    survives(archive([("index.json", json.dumps({"manifests": [value]}).encode()), *PARTS[1:]]))
