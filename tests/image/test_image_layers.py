"""What layers add, change, hide and waste, a stack of layers a case."""

import pytest
from image_making import file, folder, hard, link, saved, tar

from grader.errors import ImageError
from grader.image import read

A = b"a" * 100
B = b"b" * 100


def changes(*layers):
    seen = read(saved(*(tar(layer) for layer in layers)))
    top = seen.image.layers[-1]
    return {(change.path, change.kind, change.size, change.files) for change in top.changes}, seen


@pytest.mark.parametrize(
    ("below", "above", "kinds", "wasted", "paths"),
    [
        ([file("f", A)], [file("f", B)], {("/f", "contents", 100, 1)}, 100, "/ /f"),
        ([file("f", A)], [file("f", A, mode=0o600)], {("/f", "mode", 100, 1)}, 100, "/ /f"),
        ([file("f", A)], [file("f", A, uid=1)], {("/f", "owner", 100, 1)}, 100, "/ /f"),
        ([file("f", A)], [file("f", A, uid=1, mode=0)], {("/f", "owner", 100, 1)}, 100, "/ /f"),
        ([file("f", A)], [file("f", A, mtime=9)], {("/f", "time", 100, 1)}, 100, "/ /f"),
        ([file("f", A)], [file("f", A)], {("/f", "same", 100, 1)}, 100, "/ /f"),
        (
            [file("f", A)],
            [file("f", A, pax_headers={"SCHILY.xattr.security.capability": "x"})],
            {("/f", "attributes", 100, 1)},
            100,
            "/ /f",
        ),
        ([file("f", A)], [file("./.wh.f")], {("/f", "deleted", 100, 1)}, 100, "/"),
        ([file("d/f", A)], [file(".wh.d")], {("/d", "deleted", 100, 1)}, 100, "/"),
        ([file("d/f", A), file("d/g", B)], [file("d/.wh..wh..opq")], {("/d", "opaque", 200, 2)}, 200, "/ /d"),
        (
            [file("d/f", A), file("d/g", B)],
            [file("d/f", A, mode=0), file("d/.wh..wh..opq")],
            {("/d", "opaque", 200, 2), ("/d/f", "mode", 100, 1)},
            200,
            "/ /d /d/f",
        ),
        ([file("d/f", A)], [file(".wh..wh..opq")], {("/", "opaque", 100, 1)}, 100, "/"),
        ([file("d/f", A)], [file("d", B)], {("/d", "replaced", 100, 1)}, 100, "/ /d"),
        (
            [file("d", A)],
            [folder("d"), file("d/f", B)],
            {("/d", "replaced", 0, 0), ("/d/f", "added", 100, 1)},
            100,
            "/ /d /d/f",
        ),
        ([file("d", A)], [file("d/f", B)], {("/d", "replaced", 0, 0), ("/d/f", "added", 100, 1)}, 100, "/ /d /d/f"),
        ([file("f", A)], [link("f", "g")], {("/f", "replaced", 0, 1)}, 100, "/ /f"),
        ([link("f", "g")], [link("f", "h")], {("/f", "contents", 0, 1)}, 0, "/ /f"),
        ([file("f", A)], [file(".wh.f"), file("f", B)], {("/f", "contents", 100, 1)}, 100, "/ /f"),
        ([file("d/f", A)], [file(".wh.d"), folder("d")], {("/d", "opaque", 100, 1)}, 100, "/ /d"),
        ([folder("d")], [folder("d", mtime=5)], set(), 0, "/ /d"),
        ([folder("d")], [folder("d", mode=0o700)], {("/d", "mode", 0, 0)}, 0, "/ /d"),
        ([file("f", A)], [file(".wh.nothing"), file("no/.wh..wh..opq")], set(), 0, "/ /f"),
        ([file("f", A)], [file(".wh..wh.plnk"), file(".wh.."), file(".wh.")], set(), 0, "/ /f"),
        ([file("f", A), hard("g", "f")], [file(".wh.f")], {("/f", "deleted", 0, 1)}, 0, "/ /g"),
        (
            [file("f", A), hard("g", "f")],
            [file(".wh.f"), file(".wh.g")],
            {("/f", "deleted", 0, 1), ("/g", "deleted", 100, 1)},
            100,
            "/",
        ),
        ([file("f", A)], [hard("g", "f")], {("/g", "added", 0, 1)}, 0, "/ /f /g"),
        ([file("f", A)], [hard("g", "f"), file(".wh.f")], None, 0, ""),
        (
            [file("f", A)],
            [file("f", B), hard("g", "./f")],
            {("/f", "contents", 100, 1), ("/g", "added", 0, 1)},
            100,
            "/ /f /g",
        ),
    ],
)
def test_two_layers(below, above, kinds, wasted, paths):
    if kinds is None:
        with pytest.raises(ImageError, match="hard link to /f, which is no file"):
            changes(below, above)
        return
    seen_kinds, seen = changes(below, above)
    assert seen_kinds == kinds
    assert " ".join(seen.files) == paths
    assert seen.image.wasted_bytes == wasted
    assert seen.image.size - wasted == sum(file.size for file in seen.files.files() if not file.hard_link)
    assert {(waste.added_in, waste.hidden_in) for waste in seen.image.wasted} <= {(0, 1)}


@pytest.mark.parametrize(
    ("members", "size", "paths"),
    [
        ([file("f", A), file("f", B + B)], 200, "/ /f"),
        ([file("f", A), hard("g", "f"), file("f", B)], 200, "/ /f /g"),
        ([file("d/f", A), file("d", B)], 100, "/ /d"),
        ([file(".wh.f"), file("f", A)], 100, "/ /f"),
        ([file("f", A), file(".wh.f")], 100, "/ /f"),
        ([file("./.hidden", A), file("./..dots", B)], 200, "/ /..dots /.hidden"),
        ([file("/root/f", A), file("x/../y", B)], 200, "/ /root /root/f /y"),
        ([folder("./"), folder("d/")], 0, "/ /d"),
    ],
)
def test_one_layer(members, size, paths):
    seen = read(saved(tar(members)))
    assert (seen.image.size, " ".join(seen.files), seen.image.wasted_bytes) == (size, paths, 0)


def test_the_layer_that_hid_is_the_one_that_hid_first():
    seen = read(saved(*(tar(layer) for layer in ([file("f", A)], [file("f", B)], [file(".wh.f")], [file("f", A)]))))
    assert [(w.path, w.added_in, w.hidden_in) for w in seen.image.wasted] == [("/f", 0, 1), ("/f", 1, 2)]
    assert seen.files["/f"].layer == 3


def test_one_layer_twice():
    layer = tar([file("f", A), hard("g", "f")])
    seen = read(saved(layer, tar([file(".wh.f")]), layer))
    assert (seen.image.size, seen.image.wasted_bytes) == (200, 100)
    assert seen.files["/g"].hard_link == "/f"


def test_lists_are_bounded_and_totals_exact():
    many = [file(f"{number:04}", bytes(number % 50)) for number in range(1000)]
    seen = read(saved(tar(many), tar([file(".wh..wh..opq")])))
    below, above = seen.image.layers
    assert (len(below.changes), below.changes_total, below.added.files) == (200, 1000, 1000)
    assert min(change.size for change in below.changes) == 40
    assert (above.deleted.files, above.deleted.bytes) == (1000, below.size)
    assert (len(seen.image.wasted), seen.image.wasted_total) == (200, 980)
    assert seen.image.wasted_bytes == seen.image.size == below.size


@pytest.mark.parametrize("name", ["../f", "a/../../f", ".."])
def test_paths_that_leave_the_root(name):
    with pytest.raises(ImageError, match="leaves the root"):
        read(saved(tar([file(name)])))
