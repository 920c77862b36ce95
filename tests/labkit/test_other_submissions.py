"""Exercises that ask for something else than a Dockerfile, in a notebook: what is checked, and what counts."""

from pathlib import Path

import pytest

from grader import progress
from grader.errors import SubmissionError
from labkit import exercises
from labkit.panel import ExercisePanel


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DRYDOCK_WORK", str(tmp_path / "my-work"))
    return tmp_path / "my-work"


def test_what_lies_elsewhere_is_judged_and_does_not_count(work: Path) -> None:
    wanted = exercises.find("01-evidence")
    panel = ExercisePanel(wanted)
    assert panel.check(Path(wanted.folder) / "solution").status == "passed"
    assert progress.read(work) == {}
    assert panel.check().status == "failed"
    assert progress.read(work)["01-evidence"].tries == 1


def test_an_archive_that_is_not_there_yet_is_a_message(work: Path) -> None:
    with pytest.raises(SubmissionError, match="there is no image archive in this folder"):
        ExercisePanel(exercises.find("01-commit")).check()
    assert (work / "01-commit/tide").is_file()


@pytest.mark.parametrize(
    ("name", "begins"),
    [("01-commit", "container=tide"), ("01-evidence", "changed = "), ("03-scratch", "FROM scratch")],
)
def test_the_solution_is_what_the_exercise_asks_for(name: str, begins: str) -> None:
    assert exercises.solution(exercises.find(name)).startswith(begins)
