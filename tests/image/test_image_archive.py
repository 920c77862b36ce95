"""Whole archives: layouts, order, compression, pipes, and everything that is not one image."""

import gzip
import io
import json
import os
import threading
from pathlib import Path

import pytest
from image_making import archive, configuration, digest, file, hard, link, saved_parts, tar

from grader.errors import ImageError
from grader.image import Limits, read

LAYERS = (tar([file("etc/passwd", b"root"), file("big", b"0" * 5000)]), tar([file(".wh.big"), file("f", b"f")]))
PARTS = saved_parts(LAYERS)


def oci_parts(*, arm: bool = False, attested: bool = True, squeeze=gzip.compress) -> list[tuple[str, bytes]]:
    """An OCI layout without manifest.json: an index in the index, an attestation, maybe a second platform."""
    blobs: dict[str, bytes] = {}

    def put(data: bytes) -> str:
        blobs["blobs/sha256/" + digest(data)] = data
        return "sha256:" + digest(data)

    def manifest(config: bytes, layers) -> str:
        rows = [{"digest": put(squeeze(layer))} for layer in layers]
        return put(json.dumps({"config": {"digest": put(config)}, "layers": rows}).encode())

    images = [{"digest": manifest(configuration(LAYERS), LAYERS), "platform": {"os": "linux", "architecture": "amd64"}}]
    if arm:
        other = manifest(configuration(LAYERS[:1], architecture="arm64"), LAYERS[:1])
        images.append({"digest": other, "platform": {"os": "linux", "architecture": "arm64"}})
    if attested:
        notes = {"vnd.docker.reference.type": "attestation-manifest"}
        images.append({"digest": manifest(b"{}", []), "annotations": notes})
    index = put(json.dumps({"manifests": images}).encode())
    name = {"org.opencontainers.image.ref.name": "made:2"}
    top = {"manifests": [{"digest": index, "annotations": name}]}
    return [*blobs.items(), ("index.json", json.dumps(top).encode())]


def facts(source, **options) -> tuple[object, ...]:
    seen = read(source, **options)
    return seen.image.size, seen.image.wasted_bytes, list(seen.files)


WANTED = (5005, 5000, ["/", "/etc", "/etc/passwd", "/f"])


@pytest.mark.parametrize(
    "parts",
    [
        PARTS,
        PARTS[::-1],
        [(name, gzip.compress(data) if "layer" in name else data) for name, data in PARTS],
        [(f"./{name}", data) for name, data in PARTS],
        [*PARTS, ("README", b"hello"), ("other.json", b"[1]")],
        oci_parts(),
        oci_parts(attested=False, squeeze=bytes),
        [*oci_parts(), *PARTS],
    ],
)
def test_layouts(parts):
    assert facts(io.BytesIO(archive(parts))) == WANTED


@pytest.mark.parametrize("made", [link, hard])
def test_a_layer_that_is_a_link_to_another(made):
    """The layout before Docker 25 stores the same layer once, and links to it."""
    other = "../0/layer.tar" if made is link else "0/layer.tar"
    parts = [file(name, data) if name != "1/layer.tar" else made(name, other) for name, data in PARTS]
    assert list(read(io.BytesIO(tar(parts))).files) == ["/", "/big", "/etc", "/etc/passwd"]


def test_a_file_and_a_compressed_file_and_chunks(tmp_path):
    whole = archive(PARTS)
    (tmp_path / "image.tar").write_bytes(whole)
    (tmp_path / "image.tgz").write_bytes(gzip.compress(whole[:4096]) + gzip.compress(whole[4096:]) + bytes(100))
    assert facts(tmp_path / "image.tar") == facts(tmp_path / "image.tgz") == WANTED
    assert facts(whole[at : at + 777] for at in range(0, len(whole), 777)) == WANTED


def test_a_pipe():
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as out:
            out.write(archive(PARTS))

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(reading, "rb") as pipe:
        assert facts(pipe) == WANTED
    writer.join()


def test_a_platform_is_chosen_from_several():
    whole = archive(oci_parts(arm=True))
    assert read(io.BytesIO(whole), platform="linux/arm64").image.config.architecture == "arm64"
    assert facts(io.BytesIO(whole), platform="linux/amd64") == WANTED
    with pytest.raises(ImageError, match="2 images"):
        read(io.BytesIO(whole))


def manifest_of(**changes) -> list[tuple[str, bytes]]:
    (entry,) = json.loads(PARTS[0][1])
    return [("manifest.json", json.dumps([{**entry, **changes}]).encode()), *PARTS[1:]]


def config_of(data: bytes) -> list[tuple[str, bytes]]:
    return [PARTS[0], ("config.json", data), *PARTS[2:]]


ZSTD = b"\x28\xb5\x2f\xfd" + bytes(600)
TWO = json.dumps([{"Config": "a", "RepoTags": ["a:1"], "Layers": []}, {"Config": "b", "RepoTags": ["b:1"]}]).encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"hello", "not a tar archive"),
        (b"x" * 5000, "not a tar archive"),
        (b"\x1f\x8bnot", "gzip"),
        (bytes(10240), "not a tar archive"),
        (tar([file("etc/passwd", b"root")]), "neither manifest.json nor index.json.*\n.*docker export"),
        (archive([("manifest.json", TWO)]), r"2 images \(a:1, b:1\).*\n.*one image"),
        (archive([("manifest.json", b"[]")]), "neither"),
        (archive([("manifest.json", b"[{")]), "manifest.json of the archive cannot be read"),
        (archive([("manifest.json", b"[" * 100000)]), "manifest.json of the archive cannot be read"),
        (archive([("index.json", b"{}")]), "index.json of the archive cannot be read"),
        (archive([("index.json", b'{"manifests": []}')]), "names no image"),
        (archive(PARTS[:1]), "configuration.*is not in the archive"),
        (archive(PARTS[:-1]), r"layer 1 \(1/layer.tar\): it is not in the archive"),
        (archive(manifest_of(Layers=["0/layer.tar"])), "names 2 layers and the manifest 1"),
        (archive(config_of(b"{}")), "the image's configuration of the archive cannot be read"),
        (archive(config_of(b'{"rootfs": {}, "config": {"Env": 5}}')), "configuration of the archive cannot be read"),
        (archive(config_of(configuration(LAYERS, os="windows"))), "for windows/amd64, and linux is wanted"),
        (archive([*PARTS[:-1], ("1/layer.tar", ZSTD)]), "layer 1 .*zstd"),
        (archive([*PARTS[:-1], ("1/layer.tar", b"junk" * 500)]), "layer 1 .*it is not in the archive"),
        (archive([*PARTS[:-1], ("1/layer.tar", LAYERS[1][:700])]), "layer 1 .*cut short"),
        (archive([*PARTS[:-1], ("1/layer.tar", gzip.compress(LAYERS[1])[:-9])]), "layer 1 .*cut short"),
        (archive([*PARTS[:-1], ("1/layer.tar", gzip.compress(LAYERS[1])[:30])]), "layer 1 .*cut short"),
        (archive([*PARTS[:-1], ("1/layer.tar", LAYERS[1][:512] + b"x" * 1024)]), "layer 1 .*not a tar header"),
        (archive([*PARTS[:-1], ("1/layer.tar", tar([hard("a", "b")]))]), "layer 1 .*hard link to /b"),
    ],
)
def test_what_is_not_an_image(data, message):
    with pytest.raises(ImageError, match=f"(?s){message}") as error:
        read(io.BytesIO(data))
    assert error.value.do


def test_a_wrong_platform_says_which():
    with pytest.raises(ImageError, match="the image is for linux/amd64, and linux/arm64 is wanted"):
        read(io.BytesIO(archive(PARTS)), platform="linux/arm64")


@pytest.mark.parametrize("part", range(1, 20))
def test_an_archive_cut_anywhere_is_cut_short(tmp_path, part):
    whole = archive(PARTS).rstrip(b"\0")
    path = tmp_path / "image.tar"
    path.write_bytes(whole[: len(whole) * part // 20 // 512 * 512 + (part % 2) * 100])
    with pytest.raises(ImageError, match=r"image\.tar: .*(cut short|is empty|not a tar)"):
        read(path)


def test_a_file_that_is_not_there():
    with pytest.raises(ImageError, match=r"nowhere\.tar: it cannot be read: No such file"):
        read(Path("nowhere.tar"))


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(paths=5), "more than 5 paths"),
        (Limits(path_bytes=20), "20 bytes of names"),
        (Limits(unpacked=5000), "5,000 bytes of contents"),
        (Limits(layers=1), "2 layers, more than 1"),
        (Limits(documents=50), "JSON documents"),
        (Limits(json=50), "a JSON document of"),
    ],
)
def test_limits(limits, message):
    with pytest.raises(ImageError, match=message):
        read(io.BytesIO(archive(PARTS)), limits=limits)


def test_a_long_document_that_the_image_does_not_need_is_passed_over():
    most = max(len(data) for name, data in PARTS if name.endswith(".json"))
    data = archive([*PARTS, ("packages.json", b"[" + b" " * most + b"]")])
    assert read(io.BytesIO(data), limits=Limits(json=most)) == read(io.BytesIO(data))


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        (["/etc/*"], {"/etc/passwd": b"root"}),
        (["/f", "/etc/passwd"], {"/etc/passwd": b"root", "/f": b"f"}),
        (lambda path: path.endswith("f"), {"/f": b"f"}),
        (["/big"], {}),
        ([], {}),
        (None, {}),
    ],
)
def test_contents_that_are_kept(keep, kept):
    assert read(io.BytesIO(archive(PARTS)), keep=keep).contents == kept


def test_contents_above_the_bound_are_not_kept():
    assert read(io.BytesIO(archive(PARTS)), keep=["*"], keep_bytes=3).contents == {"/f": b"f"}
    assert read(io.BytesIO(archive(PARTS)), keep=["*"], limits=Limits(kept=3)).contents == {"/f": b"f"}


def test_the_configuration():
    run = {
        "User": "1000",
        "Env": ["PATH=/bin", "A=b=c"],
        "Entrypoint": ["/bin/sh"],
        "Cmd": None,
        "WorkingDir": "/app",
        "Labels": {"a": "b"},
        "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
        "Volumes": {"/data": {}},
        "Healthcheck": {
            "Test": ["CMD-SHELL", "true"],
            "Interval": 5_000_000_000,
            "StartPeriod": 500_000_000,
            "Retries": 2,
        },
        "StopSignal": "SIGINT",
        "Shell": ["/bin/sh", "-ec"],
        "OnBuild": ["RUN x"],
    }
    config = read(io.BytesIO(archive(config_of(configuration(LAYERS, config=run, author="me"))))).image.config
    assert config.environment == {"PATH": "/bin", "A": "b=c"}
    assert (config.user, config.entrypoint, config.cmd, config.workdir) == ("1000", ("/bin/sh",), (), "/app")
    assert (config.exposed_ports, config.volumes, config.labels) == (("53/udp", "80/tcp"), ("/data",), {"a": "b"})
    assert (config.stop_signal, config.shell, config.onbuild) == ("SIGINT", ("/bin/sh", "-ec"), ("RUN x",))
    assert (config.architecture, config.os, config.author) == ("amd64", "linux", "me")
    health = config.healthcheck
    assert (health.test, health.interval, health.start_period, health.retries) == (("CMD-SHELL", "true"), 5.0, 0.5, 2)


def test_history_joins_layers():
    rows = [{"created_by": "a"}, {"created_by": "b", "empty_layer": True}, {"created_by": "c"}, {"created_by": "d"}]
    image = read(io.BytesIO(archive(config_of(configuration(LAYERS, history=rows))))).image
    assert [row.layer for row in image.history] == [0, None, 1, None]
    assert [layer.created_by for layer in image.layers] == ["a", "c"]
