"""The command line with exercises that ask for something else than a Dockerfile, and with a registry."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from grader import variants
from grader.cli import registry
from tests.cli.conftest import ROOT, Said, environment

EXERCISES = ROOT / "exercises"
Run = Callable[..., Said]
# Nobody listens there: whatever asks an engine fails.
NO_ENGINE = {"DOCKER_HOST": "tcp://127.0.0.1:9"}
OWN = """
title = "Of one's own"
lesson = "l"
practice = "p"
minutes = 1
bases = ["busybox:1.37"]

[[check]]
name = "builds"
points = 7
"""


def test_answers_are_judged_without_an_engine_and_once_more(drydock: Run, tmp_path: Path) -> None:
    seen = tmp_path / "seen.json"
    done = drydock("check", "01-evidence", EXERCISES / "01-evidence/solution", "--observation", seen, **NO_ENGINE)
    assert done.returncode == 0, done.stderr
    assert "9 of 9 points" in done.stdout
    again = drydock("judge", seen, "--json")
    assert msgspec.json.decode(again.stdout)["score"] == 9


def test_an_observation_is_judged_with_the_learners_own_values(
    drydock: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = variants.code_of("k" * 16, "eve")
    with_code = {"DRYDOCK_CODE": code, "DRYDOCK_WORK": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    (tmp_path / "Dockerfile").write_text("RUUN x\n")
    seen = tmp_path / "seen.json"
    for variable, value in with_code.items():
        monkeypatch.setenv(variable, value)
    first = drydock("check", "04-workdir-user", tmp_path, "--observation", seen, "--json", **NO_ENGINE)
    again = drydock("judge", seen, "--json")
    assert first.returncode == again.returncode == 1, again.stderr
    assert msgspec.json.decode(again.stdout)["checks"] == msgspec.json.decode(first.stdout)["checks"]
    (tmp_path / "code.txt").write_text("mistyped")
    refused = drydock("judge", seen, DRYDOCK_CODE="")
    assert (refused.returncode, "is not a code" in refused.stderr) == (2, True), refused.stderr


def test_an_observation_of_an_exercise_that_was_named_by_its_folder(drydock: Run, tmp_path: Path) -> None:
    folder, seen = tmp_path / "90-own", tmp_path / "seen.json"
    folder.mkdir()
    (folder / "task.md").write_text("Do it.\n")
    (folder / "exercise.toml").write_text(OWN)
    (tmp_path / "Dockerfile").write_text("RUUN x\n")
    assert drydock("check", folder, tmp_path, "--observation", seen, **NO_ENGINE).returncode == 1
    unnamed = drydock("judge", seen)
    assert (unnamed.returncode, "name its folder: --exercise FOLDER" in unnamed.stderr) == (2, True), unnamed.stderr
    other = drydock("judge", seen, "--exercise", "02")
    assert (other.returncode, "'90-own' is what was observed" in other.stderr) == (2, True), other.stderr
    named = drydock("judge", seen, "--exercise", folder, "--json")
    assert msgspec.json.decode(named.stdout)["max_score"] == 7, named.stderr


@pytest.mark.parametrize(
    ("exercise", "said"),
    [
        ("01-commit", "there is no image archive in this folder\n  docker save -o image.tar NAME:TAG makes one"),
        ("01-evidence", "there is no file called answers.toml\n  write your answers into answers.toml"),
    ],
)
def test_a_folder_without_what_is_asked_for_is_unusable_input(
    drydock: Run, tmp_path: Path, exercise: str, said: str
) -> None:
    done = drydock("check", exercise, tmp_path, **NO_ENGINE)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_an_archive_without_an_engine_is_not_judged(drydock: Run, tmp_path: Path) -> None:
    (tmp_path / "image.tar").write_bytes(b"x")
    done = drydock("check", "01-commit", tmp_path, "--json", **NO_ENGINE)
    assert done.returncode == 3, done.stderr
    assert msgspec.json.decode(done.stdout)["status"] == "not_judged"


@pytest.mark.parametrize(
    ("exercise", "said"),
    [
        ("01-commit", "Make {}/image.tar, then:"),
        ("01-evidence", "Fill in {}/answers.toml, then:"),
        ("03-scratch", "Edit {}/Dockerfile, then:"),
    ],
)
def test_what_to_do_next_is_said_when_an_exercise_begins(
    drydock: Run, tmp_path: Path, exercise: str, said: str
) -> None:
    done = drydock("start", exercise, tmp_path / "mine")
    assert said.format(tmp_path / "mine") in done.stdout, done.stdout + done.stderr


def test_the_solution_is_the_list_of_commands(drydock: Run, tmp_path: Path) -> None:
    done = drydock("solution", "01-commit", "--anyway", DRYDOCK_WORK=str(tmp_path))
    assert done.stdout == (EXERCISES / "01-commit/solution/commands.sh").read_text()


@pytest.mark.engine
def test_a_registry_runs_until_it_is_interrupted() -> None:
    command = [sys.executable, "-P", "-m", "grader", "registry"]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
        try:
            assert it.stdout
            address = it.stdout.readline().removeprefix("The registry is at ").partition(". ")[0]
            with urllib.request.urlopen(f"http://{address}/v2/", timeout=10) as answer:
                assert answer.status == 200
            it.send_signal(signal.SIGINT)
            _, said = it.communicate(timeout=30)
        finally:
            it.kill()
    assert it.returncode == 0
    assert "what it held is gone" in said


@pytest.mark.engine
def test_a_registry_that_is_interrupted_while_it_says_how_it_is_used_ends_as_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []

    def interrupted(text: str, **_: object) -> None:
        said.append(text)
        if "docker tag" in text:
            raise KeyboardInterrupt

    monkeypatch.setattr(registry, "print", interrupted, raising=False)
    try:
        status = registry.run(argparse.Namespace())
    except KeyboardInterrupt:
        status = 130
    assert status == 0
    assert "what it held is gone" in said[-1]
