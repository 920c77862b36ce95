"""gVisor in the place of this machine's kernel: how runsc is called, and that what it builds and runs is the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.engine.client import Engine
from grader.engine.sealed import oci
from grader.engine.sealed.gvisor import provide_runsc
from grader.engine.sealed.launch import up
from grader.observe.http import ask
from tests.conftest import BUSYBOX
from tests.engine.sealing import SMALL, Sealing, nothing_left

ROOT = ["--root=/state"]
FLAGS = list(oci.FLAGS)


@pytest.mark.parametrize(
    ("asked", "called"),
    [
        (["run", "--bundle", "b", "--keep", "id"], [*FLAGS, *ROOT, "run", "--bundle", "b", "id"]),
        (
            ["--log", "run", "--log-format", "json", "--root", "/r", "delete", "--force", "id"],
            [*FLAGS, "--log", "run", "--log-format", "json", "--root", "/r", "delete", "--force", "id"],
        ),
        (["--root=/r", "--debug", "state", "id"], [*FLAGS, "--root=/r", "--debug", "state", "id"]),
        (["exec", "--keep", "id"], [*FLAGS, *ROOT, "exec", "--keep", "id"]),
    ],
)
def test_how_runsc_is_called(asked: list[str], called: list[str]) -> None:
    assert oci.command_line("runsc", "/state", asked) == ["runsc", *called]


@pytest.mark.parametrize(
    ("words", "folder"),
    [(["--bundle", "b", "id"], "b"), (["--bundle=b", "id"], "b"), (["-b", "b", "id"], "b"), (["id"], ".")],
)
def test_the_bundle(words: list[str], folder: str) -> None:
    assert oci.bundle(words) == folder


def _config(**root: Any) -> dict[str, Any]:
    return {"root": {"path": "rootfs", **root}}


@pytest.mark.parametrize(
    ("about", "config", "mounted"),
    [
        ("the image's own", _config(), ["rbind", "rw"]),
        ("a container that may not write", _config(readonly=True), ["rbind", "ro"]),
        ("something is there", {**_config(), "mounts": [{"destination": "/tmp/", "type": "tmpfs"}]}, None),
    ],
)
def test_the_images_own_tmp(about: str, config: dict[str, Any], mounted: list[str] | None, tmp_path: Path) -> None:
    (tmp_path / "rootfs/tmp").mkdir(parents=True)
    found = [mount for mount in oci.with_own_tmp(str(tmp_path), config)["mounts"] if "source" in mount]
    assert [mount["options"] for mount in found] == ([mounted] if mounted else []), about


def test_a_link_is_no_tmp(tmp_path: Path) -> None:
    """A link would lead out of the image."""
    (tmp_path / "rootfs").mkdir()
    (tmp_path / "rootfs/tmp").symlink_to("/etc")
    assert oci.with_own_tmp(str(tmp_path), _config())["mounts"] == []
    (tmp_path / "rootfs/tmp").unlink()
    assert oci.with_own_tmp(str(tmp_path), _config())["mounts"] == []


def test_features_need_no_runsc(capsys: pytest.CaptureFixture[str]) -> None:
    assert oci.main("/none", "/state", ["features"]) == 0
    assert json.loads(capsys.readouterr().out)["ociVersionMin"] == "1.0.0"


@pytest.mark.parametrize(("said", "code", "expected"), [("container does not exist", 1, 0), ("busy", 3, 3), ("", 0, 0)])
def test_a_container_that_is_gone_is_deleted(said: str, code: int, expected: int, tmp_path: Path) -> None:
    runsc = tmp_path / "runsc"
    runsc.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit {code}\n")
    runsc.chmod(0o755)
    assert oci.main(str(runsc), "/state", ["delete", "id"]) == expected


@pytest.mark.engine
def test_builds_runs_and_answers_under_gvisor(sealing: Sealing, tmp_path: Path) -> None:
    """Its own kernel in steps and containers; what a step leaves in /tmp is there in the next; a port is reached."""
    (tmp_path / "a.txt").write_text("a\n")
    text = f"""FROM {BUSYBOX}
COPY a.txt /w/index.html
RUN cat /proc/version > /w/version; echo kept > /tmp/kept
RUN cat /tmp/kept >> /w/index.html; chmod 4711 /w/version; ln -s version /w/link
CMD exec httpd -f -p 8080 -h /w
"""
    places = sealing.places
    bounds = type(SMALL)(disk_bytes=SMALL.disk_bytes, files=SMALL.files, processes=2000)
    sealed = up(places, sealing.template, sealing.size, sealing.prefix, bounds, provide_runsc(sealing.shared, print))
    try:
        engine = Engine(sealed.address)
        built = engine.build(
            tmp_path, seconds=60, output_bytes=10_000, dockerfile=text.encode(), allowed_bases=[BUSYBOX]
        )
        assert built.failure is None
        with engine.run(built.image, ports=(8080,), network="bridge", processes=64, health=False) as container:
            for _ in range(200):
                try:
                    answer = ask(*container.port(8080), "/", 5.0, container.connect)
                    break
                except OSError:
                    assert container.wait(0.1) is None
            assert answer.body == "a\nkept\n"
            said = container.exec(["sh", "-c", "cat /w/link; stat -c %a /w/version"]).stdout
            assert "4711" in said
            assert Path("/proc/version").read_text() not in said
        engine.close()
    finally:
        sealed.end()
    assert nothing_left(places) == []


@pytest.mark.engine
def test_memory_under_gvisor(sealing: Sealing, tmp_path: Path) -> None:
    places = sealing.places
    sealed = up(places, sealing.template, sealing.size, sealing.prefix, SMALL, provide_runsc(sealing.shared, print))
    try:
        built = Engine(sealed.address).build(
            tmp_path,
            seconds=100,
            output_bytes=10_000,
            dockerfile=f"FROM {BUSYBOX}\nRUN head -c 300000000 /dev/zero | tail\n".encode(),
            allowed_bases=[BUSYBOX],
        )
        assert built.failure is not None
        assert built.failure.cause == "memory"
    finally:
        sealed.end()
    assert nothing_left(places) == []
