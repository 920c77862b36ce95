"""An archive written anew for `docker load`: without names, with labels, everything else as it was."""

import gzip
import io
import json

import pytest
from image_making import archive, configuration, digest, file, link, saved_parts, tar

from grader.errors import ImageError
from grader.image import labelled, read
from grader.image.manifest import Found

LOWER = tar([file("etc/passwd", b"root\n")])
UPPER = tar([file("srv/x", b"x" * 3000)])
OURS = {"drydock.run": "1"}


def anew(data: bytes) -> bytes:
    parts = read(io.BytesIO(data)).parts
    return b"".join(labelled(io.BytesIO(data), parts, OURS))


def test_the_image_is_the_same_but_for_its_name_its_labels_and_so_its_id() -> None:
    config = configuration([LOWER, UPPER], config={"Cmd": ["x"], "Labels": {"a": "b"}}, author="Mia")
    data = archive(saved_parts([LOWER, UPPER], config))
    before, after = read(io.BytesIO(data)), read(io.BytesIO(anew(data)))
    assert (before.image.tags, after.image.tags) == (("made:1",), ())
    assert after.image.config.labels == {"a": "b", **OURS}
    assert after.image.id != before.image.id
    assert (after.image.layers, after.image.history) == (before.image.layers, before.image.history)
    assert (after.image.config.cmd, after.image.config.author) == (("x",), "Mia")
    assert dict(after.files) == dict(before.files)


@pytest.mark.parametrize("config", [None, {}, {"Labels": None}])
def test_a_configuration_without_labels_gets_them(config: object) -> None:
    data = archive(saved_parts([LOWER], configuration([LOWER], config=config)))
    assert read(io.BytesIO(anew(data))).image.config.labels == OURS


def test_two_gradings_of_one_archive_are_two_images() -> None:
    data = archive(saved_parts([LOWER]))
    parts = read(io.BytesIO(data)).parts
    ids = [
        read(io.BytesIO(b"".join(labelled(io.BytesIO(data), parts, {"run": run})))).image.id for run in ("1", "2", "1")
    ]
    assert ids[0] == ids[2] != ids[1]


def test_a_compressed_archive_and_compressed_layers() -> None:
    layers = [gzip.compress(LOWER), UPPER]
    parts = saved_parts(layers, configuration([LOWER, UPPER]))
    after = read(io.BytesIO(anew(gzip.compress(archive(parts)))))
    assert set(after.files) >= {"/etc/passwd", "/srv/x"}


def test_a_layer_that_is_used_twice_and_one_that_is_a_link() -> None:
    manifest = [{"Config": "c.json", "RepoTags": None, "Layers": ["0/layer.tar", "0/layer.tar", "1/layer.tar"]}]
    data = tar(
        [
            file("manifest.json", json.dumps(manifest).encode()),
            file("c.json", configuration([LOWER, LOWER, LOWER])),
            file("0/layer.tar", LOWER),
            link("1/layer.tar", "../0/layer.tar"),
        ]
    )
    after = read(io.BytesIO(anew(data)))
    assert len(after.image.layers) == 3


def test_an_oci_layout_becomes_what_every_engine_loads() -> None:
    config = configuration([LOWER])
    manifest = json.dumps(
        {"config": {"digest": f"sha256:{digest(config)}"}, "layers": [{"digest": f"sha256:{digest(LOWER)}"}]}
    ).encode()
    name = {"io.containerd.image.name": "docker.io/library/made:1"}
    index = json.dumps({"manifests": [{"digest": f"sha256:{digest(manifest)}", "annotations": name}]}).encode()
    blobs = [(f"blobs/sha256/{digest(blob)}", blob) for blob in (config, manifest, LOWER)]
    after = read(io.BytesIO(anew(archive([("index.json", index), *blobs]))))
    assert (after.image.tags, list(after.files)[-1]) == ((), "/etc/passwd")


def test_an_archive_that_is_cut_short_meanwhile() -> None:
    data = archive(saved_parts([LOWER]))
    parts = read(io.BytesIO(data)).parts
    with pytest.raises(ImageError):
        b"".join(labelled(io.BytesIO(data[:5000]), parts, OURS))


def test_names_that_other_members_have_are_left_out() -> None:
    data = archive([*saved_parts([LOWER]), ("repositories", b'{"made":{"1":"x"}}'), ("evil.tar", UPPER)])
    again = anew(data)
    assert b"repositories" not in again
    assert b"evil" not in again


@pytest.mark.parametrize(
    ("tops", "said"),
    [
        (("bin", "etc", "usr", "var"), "holds a file system (bin, etc, usr, var, …), as docker export writes it"),
        (("notes", "bin"), "neither manifest.json nor index.json"),
    ],
)
def test_what_docker_export_writes_is_told_from_other_archives(tops: tuple[str, ...], said: str) -> None:
    data = tar([file(f"{name}/x", b"x") for name in tops])
    with pytest.raises(ImageError) as error:
        read(io.BytesIO(data))
    assert said in error.value.what
    assert "docker export gives only a container's files" in error.value.do


def test_where_the_parts_stand_is_part_of_the_analysis() -> None:
    assert isinstance(read(io.BytesIO(archive(saved_parts([LOWER])))).parts, Found)
