"""nbgrader's autograde where verdicts are missing, and where notebooks have been spoilt; no engine is there."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader import exercise as exercises
from grader.batch.look import look
from grader.batch.store import store, version_of
from grader.batch.values import Outcome
from grader.classroom.course import RESULTS
from grader.classroom.making import add, opened
from grader.model import CheckResult, Report
from tests.classroom.commands import NbGrader

EXERCISE = exercises.find(exercises.exercises_folder(), "00")
NAME = EXERCISE.name


def known(course: Path, learner: str, *, lost: int = 0) -> None:
    """Let the store have a verdict on what a learner handed in, which lost the points of the last checks."""
    kept = len(EXERCISE.checks) - lost
    checks = tuple(
        CheckResult(name=one.name, status=status, points=points, max_points=one.points, seen=f"seen by {one.name}")
        for number, one in enumerate(EXERCISE.checks)
        for status, points in [("passed", one.points) if number < kept else ("failed", 0)]
    )
    score = sum(one.points for one in checks)
    report = Report(
        exercise=NAME, status="failed" if lost else "passed", score=score, max_score=EXERCISE.max_score, checks=checks
    )
    digest = look(EXERCISE.folder, str(course / "submitted" / learner / NAME / "answer"))
    assert isinstance(digest, str)
    with store(course / RESULTS) as results:
        results.keep(NAME, version_of(Path(EXERCISE.folder)), digest, Outcome(report=msgspec.json.encode(report)))


def hand_in(course: Path, learner: str, dockerfile: str, change: Callable[[Any], object] = lambda _: None) -> Path:
    """Put a submission where nbgrader collects it; `change` spoils its notebook."""
    folder = course / "submitted" / learner / NAME
    shutil.copytree(course / "release" / NAME, folder)
    (folder / "answer" / "Dockerfile").write_text(dockerfile, "utf-8")
    file = folder / f"{NAME}.ipynb"
    book = json.loads(file.read_text("utf-8"))
    change(book)
    file.write_text(json.dumps(book), "utf-8")
    return folder


def marks(book: Any) -> list[Any]:
    return [cell["metadata"]["nbgrader"] for cell in book["cells"] if "nbgrader" in cell["metadata"]]


def spoil(book: Any) -> None:
    """Everything that a learner can do to cells: other points, an old version, twice, gone, another text."""
    graded = [cell for cell in book["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]
    for one in marks(book):
        one |= {"schema_version": 1, "points": 100, "locked": False}
    graded[0]["source"] = "'full marks, please'"
    book["cells"].append({**graded[0], "id": "twice"})
    book["cells"].remove(graded[-1])
    book["cells"][0]["metadata"]["nbgrader"] = "nonsense"


def scores(course: Path) -> dict[str, str]:
    with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: row["score"] for row in csv.DictReader(file)}


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nbgrader: NbGrader) -> Path:
    """A course whose engine does not answer."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing.sock")
    monkeypatch.delenv("DRYDOCK_TEST_ENGINES", raising=False)
    root = tmp_path / "course"
    add(opened(root), [EXERCISE], {}, lambda _: None)
    nbgrader.all_well(root, ["generate_assignment", NAME])
    return root


def test_no_verdict_is_no_score_and_a_spoilt_notebook_changes_none(course: Path, nbgrader: NbGrader) -> None:
    for learner, change in {"ada": spoil, "bo": lambda _: None, "cy": lambda _: None, "di": lambda _: None}.items():
        hand_in(course, learner, f"FROM busybox:1.37\nLABEL learner={learner}\n", change)
    (course / "submitted" / "di" / NAME / f"{NAME}.ipynb").write_text("{", "utf-8")
    known(course, "ada", lost=1)
    known(course, "cy")
    status, said = nbgrader.run(course, "autograde", NAME)
    assert status == 1
    assert f"bo, {NAME}: NOT JUDGED, so there is no score" in said
    assert said.count("NOT JUDGED") == 1
    nbgrader.all_well(course, ["export"])
    assert scores(course) == {"ada": "1.0", "bo": "", "cy": "2.0", "di": ""}
    assert {path.parent.name for path in course.glob(f"autograded/*/{NAME}")} == {"ada", "cy"}
    # Graded once, changed, and then not judged: the earlier score stands for nothing.
    known(course, "bo")
    again = ["autograde", NAME, "--force", "--student=bo"]
    nbgrader.all_well(course, again, ["export"])
    assert scores(course)["bo"] == "2.0"
    (course / "submitted" / "bo" / NAME / "answer" / "Dockerfile").write_text("FROM busybox:1.37\nLABEL learner=new\n")
    assert nbgrader.run(course, *again)[0] == 1
    nbgrader.all_well(course, ["export"])
    assert scores(course) == {"ada": "1.0", "bo": "", "cy": "2.0", "di": ""}
