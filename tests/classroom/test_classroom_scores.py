"""`drydock classroom scores`: what `drydock grade` found stands in nbgrader's gradebook, and in its own export."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest

from grader import exercise
from grader.batch.late import Handed, LateWork, moment, rule
from grader.batch.rules import keep_late
from grader.batch.store import store, version_of
from grader.batch.values import HandIn, Outcome
from grader.model import CheckResult, Report
from tests.classroom.commands import NbGrader
from tests.programs import drydock, inside

ROOT = exercise.exercises_folder()
EXERCISE = exercise.find(ROOT, "00")
NAME = EXERCISE.name
DUE = "2026-11-20T12:00+00:00"


def report(passed: int) -> bytes:
    """A report in which the first checks have passed."""
    checks = tuple(
        CheckResult(
            name=one.name,
            status="passed" if number < passed else "failed",
            points=one.points if number < passed else 0,
            max_points=one.points,
        )
        for number, one in enumerate(EXERCISE.checks)
    )
    status = "passed" if passed == len(checks) else "failed"
    score = sum(one.points for one in checks)
    return msgspec.json.encode(
        Report(exercise=NAME, status=status, checks=checks, score=score, max_score=EXERCISE.max_score)
    )


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Five learners: right, half right and late, refused, not judged, and one with a score by the instructor."""
    folder = tmp_path / "results"
    with store(folder) as kept:
        for student, refused in (("ada", ""), ("bo", ""), ("cy", "no Dockerfile"), ("dee", ""), ("eve", "")):
            digest = "" if refused else student
            kept.hand_in(HandIn(student=student, exercise=NAME, path=f"in/{student}"), digest, refused)
        for student, outcome in (
            ("ada", Outcome(report=report(2))),
            ("bo", Outcome(report=report(1))),
            ("dee", Outcome(fault="the engine died")),
            ("eve", Outcome(report=report(0))),
        ):
            kept.keep(NAME, version_of(ROOT / NAME), student, outcome)
        late = Handed(student="bo", at=moment("2026-11-21T13:00+00:00", "times"))
        work = LateWork(rule=rule("10% a day"), due={"": moment(DUE, "due")}, extended={}, times=(late,))
        keep_late(kept, work, [NAME])
    (folder / "overrides.csv").write_text(f"student,exercise,score,comment\neve,{NAME},1.5,by word of mouth\n", "utf-8")
    return folder


def test_scores_penalties_and_an_instructors_own_are_in_the_gradebook(
    tmp_path: Path, nbgrader: NbGrader, results: Path
) -> None:
    course = tmp_path / "dock101"
    assert drydock("classroom", "init", str(course), "--exercise", "00").returncode == 0
    early = inside("classroom", "scores", str(course), str(results))
    assert early.returncode == 2
    assert f"nbgrader generate_assignment {NAME}" in early.stderr
    nbgrader.all_well(course, ["generate_assignment", NAME])
    for _ in range(2):  # A second time is the same again.
        done = inside("classroom", "scores", str(course), str(results))
        assert (done.returncode, done.stdout) == (3, f"4 scores are in the gradebook of {course}\n"), done.stderr
        nbgrader.all_well(course, ["export", "--to=grades.csv"])
        with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
            rows = {row["student_id"]: row for row in csv.DictReader(file)}
        found = {name: (float(row["score"]), float(row["late_submission_penalty"])) for name, row in rows.items()}
        assert found == {"ada": (2.0, 0.0), "bo": (0.8, 0.2), "cy": (0.0, 0.0), "eve": (1.5, 0.0)}
    assert "2026-11-21 13:00" in rows["bo"]["timestamp"]


def test_results_of_other_exercises_are_said_to_be(tmp_path: Path, results: Path) -> None:
    course = tmp_path / "dock101"
    assert drydock("classroom", "init", str(course), "--exercise", "02").returncode == 0
    said = inside("classroom", "scores", str(course), str(results))
    assert said.returncode == 2
    assert f"It has: {NAME}. The course has: 02-first-dockerfile." in said.stderr
