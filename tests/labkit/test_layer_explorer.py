"""What the layer explorer shows, from archives made here."""

from __future__ import annotations

import json

import pytest

from grader import image as images
from labkit import explorer
from labkit.layering import LISTED, Layers
from tests.image.image_making import file, folder, saved, tar

BASE = tar([folder("usr"), file("usr/tool", b"x" * 100)])
MORE = tar([file("tmp/big", b"b" * 5000), file("usr/tool", b"y" * 200), file("app/<i>", b"")])
LESS = tar([file("tmp/.wh.big")])


@pytest.fixture
def shown() -> explorer.Explored:
    limits = images.Limits(listed=LISTED)
    return explorer.explored(images.read(saved(BASE, MORE, LESS), limits=limits).image, "made:1")


def test_each_layer_says_what_it_did(shown: explorer.Explored) -> None:
    base, more, less = shown["layers"]
    assert (base["added"], more["added"]) == ((1, 100), (2, 5000))
    assert (more["changed"], less["deleted"]) == ((1, 200), (1, 5000))
    assert dict(zip(more["paths"], more["kinds"], strict=True)) == {
        "/app/<i>": "added",
        "/tmp/big": "added",
        "/usr/tool": "contents",
    }
    assert [path for path, kind in zip(less["paths"], less["kinds"], strict=True) if kind == "deleted"] == ["/tmp/big"]


def test_what_is_hidden_is_said_with_the_layer_that_hides_it(shown: explorer.Explored) -> None:
    base, more, _ = shown["layers"]
    assert shown["waste"] == 5100
    assert {base["paths"][int(at)]: by for at, by in base["hidden"].items()} == {"/usr/tool": 2}
    assert {more["paths"][int(at)]: by for at, by in more["hidden"].items()} == {"/tmp/big": 3}
    assert explorer.largest_hidden(shown)[0] == "5.0 kB  /tmp/big, of layer 2, hidden by layer 3"


def test_the_twins_say_the_same_and_are_inert(shown: explorer.Explored) -> None:
    shown["layers"][1]["command"] = "RUN echo <script>"
    for twin in (explorer.text(shown), explorer.html(shown)):
        assert "/tmp/big, of layer 2, hidden by layer 3" in twin
        assert "carried and hidden: 5.1 kB" in twin
    assert "<script>" not in explorer.html(shown)
    assert json.loads(json.dumps(shown)) == json.loads(json.dumps(dict(shown)))


def test_an_image_of_many_files_is_cut_to_what_a_page_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "ROWS_MOST", 30)
    many = tar([file(f"many/{number}", b"x" * number) for number in range(100)])
    image = images.read(saved(BASE, many), limits=images.Limits(listed=LISTED)).image
    layers = explorer.explored(image, "made:1")["layers"]
    assert 25 <= sum(len(layer["paths"]) for layer in layers) <= 30
    assert "/many/99" in layers[1]["paths"]
    assert layers[1]["left_out"] == 100 - len(layers[1]["paths"])


def test_layers_are_compared_as_their_digests() -> None:
    one = Layers("a:1", ["sha256:1", "sha256:2"])
    assert one == ["sha256:1", "sha256:2"]
    assert list(one) == one
    assert one == Layers("b:1", one)
    assert one != Layers("b:1", ["sha256:1"])
    assert one[:1] == ["sha256:1"]
    assert repr(one) == "['sha256:1', 'sha256:2']"
