"""What cannot be graded is refused with exit status 2, without an engine, and the message says what to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said

NO_ENGINE = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
Run = Callable[..., Said]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "05-cahe", "."], "there is no exercise '05-cahe'; did you mean '05-cache'?"),
        (["check", "nothing", "."], "the exercises: "),
        (["check", "05-cache", "no/such/folder"], "no/such/folder"),
        (["check"], "EXERCISE"),
        (["chekc", "05-cache"], "chekc"),
        ([], "COMMAND"),
        (["explain", "bilds"], "did you mean 'builds'?"),
        (["judge", "no-such.json"], "no-such.json: cannot be read"),
        (["images", "get"], "which base image?"),
        (["engine", "restart"], "restart"),
        (["check", "02", "--hints", "many"], "--hints"),
    ],
)
def test_words_that_mean_nothing(drydock: Run, words: list[str], said: str) -> None:
    result = drydock(*words, **NO_ENGINE)
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"dockerfile.txt": b"FROM debian:trixie-slim\n"}, "dockerfile.txt"),
        ({"Dockerfile.txt": b"FROM debian:trixie-slim\n"}, "Dockerfile.txt"),
        ({"sub/Dockerfile": b"FROM debian:trixie-slim\n"}, "sub/Dockerfile"),
        ({}, "Dockerfile"),
        ({"Dockerfile": b""}, "the Dockerfile is empty"),
        ({"Dockerfile": b"\n\n"}, "the Dockerfile is empty"),
        ({"Dockerfile": b"# only\n# comments\n"}, "the Dockerfile holds only comments"),
        ({"Dockerfile": "FROM debian:trixie-slim\n".encode("utf-16")}, "saved as UTF-16"),
        ({"Dockerfile": b"FROM debian:trixie-slim\nRUN echo \xff\n"}, "line 2: the byte 0xff is not UTF-8"),
        ({"Dockerfile": b"FROM debian:trixie-slim\nRUN a\0b\n"}, "line 2: a NUL byte"),
    ],
)
def test_a_dockerfile_that_cannot_be_read(drydock: Run, tmp_path: Path, files: dict[str, bytes], said: str) -> None:
    for name, data in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    result = drydock("check", "02", tmp_path, **NO_ENGINE)
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_dockerfile_that_is_a_fifo_is_refused_at_once(drydock: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "Dockerfile")
    assert drydock("check", "02", tmp_path, **NO_ENGINE).returncode == 2


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("FROM debian:trixie-slim\nRUUN x\n", 2, "Did you mean RUN?"),
        ("RUN x\n", 1, "no build stage"),
        ("FROM debian:trixie-slim\nCOPY a\n", 2, "COPY requires at least two arguments"),
    ],
)
def test_a_dockerfile_that_does_not_parse_is_judged_without_an_engine(
    drydock: Run, tmp_path: Path, text: str, line: int, said: str
) -> None:
    (tmp_path / "Dockerfile").write_text(text)
    result = drydock("check", "02", tmp_path, "--json", **NO_ENGINE)
    assert result.returncode == 1
    import json

    builds = json.loads(result.stdout)["checks"][0]
    assert (builds["status"], builds["line"]) == ("failed", line)
    assert said in builds["seen"]


@pytest.mark.parametrize("command", ["", "check", "engine", "images", "list", "explain", "judge", "lab", "test"])
def test_help(drydock: Run, command: str) -> None:
    result = drydock(*command.split(), "--help", **NO_ENGINE)
    assert result.returncode == 0
    assert "usage: ./drydock" in result.stdout
    assert len(result.stdout.splitlines()) >= 5


def test_without_an_engine_nothing_is_judged_and_the_machine_is_named(drydock: Run, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:trixie-slim\n")
    result = drydock("check", "02", tmp_path, **NO_ENGINE)
    assert result.returncode == 3
    assert "DOCKER_HOST=unix:///nowhere/docker.sock" in " ".join((result.stdout + result.stderr).split())


def test_an_observation_of_another_version_says_so(drydock: Run, tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    file.write_text('{"schema": "drydock.observation/0"}')
    result = drydock("judge", file)
    assert result.returncode == 2
    assert "drydock.observation/0" in result.stderr


@pytest.mark.parametrize("option", ["--observation", "--html"])
def test_a_file_that_cannot_be_written_is_named(drydock: Run, tmp_path: Path, option: str) -> None:
    (tmp_path / "Dockerfile").write_text("RUUN x\n")
    result = drydock("check", "02", tmp_path, option, tmp_path / "no/such/file", **NO_ENGINE)
    assert result.returncode == 2
    assert "no/such/file: the" in result.stderr
    assert "Traceback" not in result.stderr
