"""Archives that real engines saved, against what the same engines say of the images."""

import json
from pathlib import Path

import msgspec
import pytest

from grader.image import Analysis, read
from grader.model.image import Image

ARCHIVES = Path(__file__).parent / "archives"
SAVED = sorted(path.name.removesuffix(".tar.gz") for path in ARCHIVES.glob("*.tar.gz"))
GRAPH = [name for name in SAVED if name.startswith("graph")]
STORIES = [name for name in SAVED if name.endswith("story")]
ENGINES = ["graph20", "graph28", "containerd26"]
MADE_BY_ENGINE = ("/dev", "/proc", "/sys", "/bb", "/etc/resolv.conf", "/etc/hosts", "/etc/hostname")


def seen(name: str) -> Analysis:
    return read(ARCHIVES / f"{name}.tar.gz", keep=["/etc/*"])


def said(name: str) -> dict:
    return json.loads((ARCHIVES / f"{name}.json").read_text())


@pytest.mark.parametrize("name", SAVED)
def test_the_files_are_those_of_docker_export(name):
    ours = {
        file.path: [
            file.kind,
            file.mode,
            file.uid,
            file.gid,
            file.size,
            file.target or file.sha256,
        ]
        for file in seen(name).files.files()
        if file.path != "/" and not any(f"{file.path}/".startswith(f"{made}/") for made in MADE_BY_ENGINE)
    }
    theirs = said(name)["files"]
    links = {path for path, facts in theirs.items() if facts[0] == "link"}
    assert {path: facts if path not in links else [*facts[:1], *facts[2:]] for path, facts in theirs.items()} == {
        path: facts if path not in links else [*facts[:1], *facts[2:]] for path, facts in ours.items()
    }


@pytest.mark.parametrize("name", GRAPH)
def test_the_sizes_are_those_of_docker_history(name):
    image = seen(name).image
    theirs = said(name)["history"]
    ours = [[0 if row.layer is None else image.layers[row.layer].size, row.created_by] for row in image.history]
    imported_links = len("passwd")
    assert [[ours[0][0] + imported_links, ""], *ours[1:]] == theirs


@pytest.mark.parametrize("name", SAVED)
def test_what_shows_and_what_is_wasted_make_up_the_size(name):
    analysis = seen(name)
    shown = sum(file.size for file in analysis.files.files() if not file.hard_link)
    assert shown + analysis.image.wasted_bytes == analysis.image.size
    assert sum(waste.bytes for waste in analysis.image.wasted) == analysis.image.wasted_bytes


@pytest.mark.parametrize("name", SAVED)
def test_the_image_is_json(name):
    image = seen(name).image
    assert msgspec.json.decode(msgspec.json.encode(image), type=Image) == image


@pytest.mark.parametrize("engine", ENGINES)
def test_chmod_in_its_own_layer_stores_the_file_twice(engine):
    twice, once = seen(f"{engine}-copy-then-chmod"), seen(f"{engine}-copy-chmod")
    # 21,982,256 bytes against 11,982,256, where the base image came to 1,982,256.
    base = once.image.layers[0].size
    assert (twice.image.size, once.image.size) == (base + 20_000_000, base + 10_000_000)
    assert [layer.size for layer in twice.image.layers] == [base, 10_000_000, 10_000_000]
    assert twice.files["/big"].sha256 == once.files["/big"].sha256
    (change,) = [change for change in twice.image.layers[-1].changes if change.path == "/big"]
    assert (change.kind, change.size, change.mode_before, change.mode) == ("mode", 10_000_000, 0o644, 0o600)
    (waste,) = twice.image.wasted
    assert (waste.path, waste.bytes, waste.added_in, waste.hidden_in) == ("/big", 10_000_000, 1, 2)
    assert once.image.wasted_bytes == 0


@pytest.mark.parametrize(
    ("layer", "path", "kind"),
    [
        (1, "/d/a", "added"),
        (3, "/etc/motd", "contents"),
        (3, "/lib/a", "mode"),
        (3, "/lib/b", "owner"),
        (3, "/etc/passwd", "time"),
        (4, "/d/a", "deleted"),
        (5, "/old", "replaced"),
        (5, "/etc/motd", "replaced"),
        (6, "/etc/link", "contents"),
        (6, "/twin/one", "deleted"),
        (6, "/moved", "added"),
        (7, "/d", "deleted"),
        (8, "/opaque", "mode"),
        (10, "/etc/passwd", "time"),
    ],
)
@pytest.mark.parametrize("name", STORIES)
def test_the_story(name, layer, path, kind):
    assert (path, kind) in {(change.path, change.kind) for change in seen(name).image.layers[layer].changes}


@pytest.mark.parametrize("name", STORIES)
def test_a_removed_name_of_a_hard_linked_file_wastes_nothing(name):
    analysis = seen(name)
    assert "/twin/one" not in analysis.files
    assert (analysis.files["/twin/two"].size, analysis.files["/twin/two"].layer) == (250, 0)
    assert "/twin/one" not in {waste.path for waste in analysis.image.wasted}


@pytest.mark.parametrize("name", STORIES)
def test_contents_are_kept(name):
    contents = seen(name).contents
    assert contents["/etc/passwd"] == b"root:x:0:0:root:/:/bin/sh\n"
    assert contents["/etc/motd/in"] == b"in\n"
