"""The files with which Gradescope and GitHub grade by themselves: written, readable, run as there."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from grader import exercise
from grader.answers import answers, lay_out
from tests.programs import environment, inside

EXERCISE = exercise.find(exercise.exercises_folder(), "02")


@pytest.fixture
def autograder(tmp_path: Path) -> Path:
    """/autograder as Gradescope has it: the kit in source/, and an empty submission/."""
    done = inside("kit", "gradescope", "02", str(tmp_path / "source"))
    assert done.returncode == 0, done.stderr
    (tmp_path / "submission").mkdir()
    launcher = tmp_path / "launcher"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m grader "$@"\n')
    launcher.chmod(0o755)
    return tmp_path


def graded(autograder: Path) -> subprocess.CompletedProcess[str]:
    """`run_autograder` with the grader that is in the kit, in this Python, and the engine of the tests."""
    own = {
        **environment(),
        "AUTOGRADER": str(autograder),
        "DRYDOCK": str(autograder / "launcher"),
        "PYTHONPATH": str(autograder / "source" / "drydock"),
    }
    return subprocess.run(
        [autograder / "source" / "run_autograder"],
        env=own, cwd=autograder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_a_kit_has_all_that_its_exercise_is_graded_with(tmp_path: Path) -> None:
    assert inside("kit", "gradescope", "04-onbuild", str(tmp_path / "source")).returncode == 0
    given = tmp_path / "source" / "drydock" / "exercises" / "04-onbuild"
    names = {path.name for path in given.iterdir()}
    assert names == {"exercise.toml", "task.md", "hints.md", "files", "children"}
    own = Path(exercise.find(exercise.exercises_folder(), "04-onbuild").folder) / "children"
    assert {path.name for path in own.iterdir()} == {path.name for path in (given / "children").iterdir()}


def test_what_is_in_the_gradescope_kit(autograder: Path) -> None:
    source = autograder / "source"
    for name in ("setup.sh", "run_autograder"):
        assert os.access(source / name, os.X_OK)
        subprocess.run(["sh", "-n", source / name], check=True)
    there = {path.relative_to(source).as_posix() for path in source.rglob("*")}
    assert {"drydock/drydock", "drydock/requirements.lock", "drydock/scripts/setup.py"} <= there
    assert {name for name in there if name.startswith("drydock/exercises/") and "/files" not in name} == {
        f"drydock/exercises/{EXERCISE.name}",
        *(f"drydock/exercises/{EXERCISE.name}/{name}" for name in ("exercise.toml", "task.md", "hints.md")),
    }
    assert stat.S_IMODE((source / "drydock" / "drydock").stat().st_mode) & 0o111
    assert not [name for name in there if "__pycache__" in name or name.endswith(("/solution", "/right"))]


def test_a_submission_without_a_dockerfile_has_no_points_and_is_told_why(autograder: Path) -> None:
    done = graded(autograder)
    assert done.returncode == 0, done.stderr
    found = json.loads((autograder / "results" / "results.json").read_bytes())
    assert (found["score"], found["tests"], "Dockerfile" in found["output"]) == (0, [], True)


def test_the_machine_s_fault_leaves_no_result(autograder: Path) -> None:
    (autograder / "submission" / "Dockerfile").write_text("FROM scratch\n")
    (autograder / "source" / "engine.env").write_text(f"DOCKER_HOST=unix://{autograder}/none.sock\n")
    (autograder / "results").mkdir()
    (autograder / "results" / "results.json").write_text("of an earlier run")
    done = graded(autograder)
    assert (done.returncode, "Not judged (exit status 3)" in done.stderr) == (1, True), done.stderr
    assert list((autograder / "results").iterdir()) == []


@pytest.mark.engine
def test_right_and_wrong_submissions_are_graded_as_gradescope_lays_them_out(autograder: Path) -> None:
    found = answers(EXERCISE)
    for kind, status in (("right", "passed"), ("wrong", "failed")):
        folder = next(one.folder for one in found if one.kind == kind)
        submission = autograder / "submission"
        for path in submission.iterdir():
            path.unlink()
        lay_out(EXERCISE, Path(folder), submission)
        done = graded(autograder)
        assert done.returncode == 0, done.stderr
        result = json.loads((autograder / "results" / "results.json").read_bytes())
        assert result["extra_data"]["status"] == status
        assert sum(one["max_score"] for one in result["tests"]) == EXERCISE.max_score
        assert sum(one["score"] for one in result["tests"]) == result["score"]


def test_the_workflow_for_github(tmp_path: Path) -> None:
    done = inside("kit", "github-classroom", "02", str(tmp_path / "t"), "--course", "school/course")
    assert done.returncode == 0, done.stderr
    (file,) = [path for path in (tmp_path / "t").rglob("*") if path.is_file()]
    assert file.relative_to(tmp_path / "t").as_posix() == ".github/workflows/classroom.yml"
    read = yaml.safe_load(file.read_text("utf-8"))
    # What the reporter asks for: these two names, one job, and a variable called after the step's id.
    assert read["name"] == "Autograding Tests"
    (job,) = read["jobs"].items()
    assert job[0] == "run-autograding-tests"
    steps = job[1]["steps"]
    assert [step["with"].get("repository") for step in steps[:2]] == [None, "school/course"]
    assert steps[3]["with"]["runners"] == steps[2]["id"] == "drydock"
    assert list(steps[3]["env"]) == ["DRYDOCK_RESULTS"]
    subprocess.run(["sh", "-n"], input=steps[2]["run"], text=True, check=True)
    assert f"check '{EXERCISE.name}' submission" in steps[2]["run"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["gradescope", "02", "{here}"], "is not an empty folder"),
        (["gradescope", "nothing", "{here}/new"], "there is no exercise 'nothing'"),
        (["github-classroom", "02", "{here}/new"], "is not a repository's name"),
        (["github-classroom", "02", "{here}/new", "--course", "a/b\n  evil: 1"], "is not a repository's name"),
        (["moodle", "02", "{here}/new"], "invalid choice"),
    ],
)
def test_what_cannot_be_written(words: list[str], says: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = inside("kit", *[word.format(here=tmp_path) for word in words])
    assert (done.returncode, says in done.stderr, (tmp_path / "new").exists()) == (2, True, False), done.stderr
