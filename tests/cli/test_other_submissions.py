"""The command line with exercises that ask for something else than a Dockerfile, and with a registry."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.cli.conftest import ROOT, Said, environment

EXERCISES = ROOT / "exercises"
Run = Callable[..., Said]
# Nobody listens there: whatever asks an engine fails.
NO_ENGINE = {"DOCKER_HOST": "tcp://127.0.0.1:9"}


def test_answers_are_judged_without_an_engine_and_once_more(drydock: Run, tmp_path: Path) -> None:
    seen = tmp_path / "seen.json"
    done = drydock("check", "01-evidence", EXERCISES / "01-evidence/solution", "--observation", seen, **NO_ENGINE)
    assert done.returncode == 0, done.stderr
    assert "9 of 9 points" in done.stdout
    again = drydock("judge", seen, "--json")
    assert msgspec.json.decode(again.stdout)["score"] == 9


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
