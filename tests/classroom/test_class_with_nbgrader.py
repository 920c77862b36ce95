"""A class of twenty, from `drydock classroom init` to the export, by nbgrader's own commands and a real engine."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader import exercise
from grader.answers import answers
from tests.classroom.commands import NbGrader
from tests.programs import ROOT, drydock

EXERCISE = exercise.find(exercise.exercises_folder(), "00")
NAME = EXERCISE.name
FIRST = ("ada", "bo", "cy")
OTHERS = tuple(f"learner-{number:02}" for number in range(17))
LEARNERS = FIRST + OTHERS
ROSTER = 'student,name,email\nada,Ada Quay,ada@example.org\nbo,"Bo ""B"", Jr.",=1+1\ncy,Cy,\n' + "".join(
    f"{name},,\n" for name in OTHERS
)


def handed_in(folder: Path) -> None:
    """A right answer, a wrong one whose notebook has been spoilt, one without a Dockerfile; all others are right."""
    found = answers(EXERCISE)
    wrong = next(one for one in found if one.kind == "wrong" and set(one.fails) == {EXERCISE.checks[-1].name})
    solution = next(one for one in found if one.kind == "solution")
    for learner, answer in (("ada", solution), ("bo", wrong)):
        shutil.copy(Path(answer.folder) / "Dockerfile", folder / learner / NAME / "answer")
    for learner in OTHERS:
        text = (Path(solution.folder) / "Dockerfile").read_text("utf-8")
        (folder / learner / NAME / "answer" / "Dockerfile").write_text(f"{text}# {learner}\n", "utf-8")
    (folder / "cy" / NAME / "answer" / "Dockerfile").unlink()
    file = folder / "bo" / NAME / f"{NAME}.ipynb"
    book = json.loads(file.read_text("utf-8"))
    graded = [cell for cell in book["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]
    book["cells"].append({**graded[0], "id": "twice", "source": "99"})
    book["cells"].remove(graded[1])
    file.write_text(json.dumps(book), "utf-8")


@pytest.mark.engine
def test_from_init_to_export(tmp_path: Path, nbgrader: NbGrader) -> None:
    course, homes = tmp_path / "dock101", tmp_path / "homes"
    (tmp_path / "class.csv").write_text(ROSTER, "utf-8")
    made = drydock("classroom", "init", str(course), "--exercise", "00", "--roster", str(tmp_path / "class.csv"))
    assert made.returncode == 0, made.stderr
    for learner in LEARNERS:
        (homes / learner).mkdir(parents=True)
    exchange = ["--course=dock101", f"--Exchange.root={tmp_path / 'exchange'}"]
    nbgrader.all_well(course, ["generate_assignment", NAME], ["release_assignment", NAME, *exchange])
    for learner in LEARNERS:
        nbgrader.all_well(homes / learner, ["fetch_assignment", NAME, *exchange])
    assert not list((course / "release").rglob("solution*"))
    handed_in(homes)
    for learner in LEARNERS:
        nbgrader.all_well(homes / learner, ["submit", NAME, f"--student={learner}", *exchange])
    nbgrader.all_well(
        course,
        ["collect", NAME, "--ExchangeCollect.check_owner=False", *exchange],
        ["autograde", NAME],
        ["generate_feedback", NAME],
        ["release_feedback", NAME, *exchange],
        ["export", "--to=grades.csv"],
    )
    with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
        scores = {row["student_id"]: row for row in csv.DictReader(file)}
    expected = {"ada": "2.0", "bo": "1.0", "cy": "0.0"} | dict.fromkeys(OTHERS, "2.0")
    assert {name: row["score"] for name, row in scores.items()} == expected
    assert {len(row) for row in scores.values()} == {11}
    assert scores["bo"]["email"] == "'=1+1"
    feedback = (course / "feedback" / "bo" / NAME / f"{NAME}.html").read_text("utf-8")
    assert "failed, 0 of 1: command prints" in feedback
    empty = (course / "feedback" / "cy" / NAME / f"{NAME}.html").read_text("utf-8")
    assert "Nothing could be graded: answer: there is no file called Dockerfile" in empty
    assert str(tmp_path) not in feedback + empty
    assert penalties_with_a_rule(course, nbgrader) == {
        "ada": ("2.0", "0.4"),
        "bo": ("1.0", "0.2"),
        "cy": ("0.0", "0.0"),
    }


def test_all_files_of_an_answer_travel(tmp_path: Path, nbgrader: NbGrader) -> None:
    several = exercise.find(exercise.exercises_folder(), "05-dockerignore")
    course, home = tmp_path / "dock101", tmp_path / "ada"
    made = drydock("classroom", "init", str(course), "--exercise", several.name)
    assert made.returncode == 0, made.stderr
    home.mkdir()
    exchange = ["--course=dock101", f"--Exchange.root={tmp_path / 'exchange'}"]
    nbgrader.all_well(course, ["generate_assignment", several.name], ["release_assignment", several.name, *exchange])
    nbgrader.all_well(home, ["fetch_assignment", several.name, *exchange])
    answer = home / several.name / "answer"
    for name, data in (
        (".dockerignore", b"secrets\n*.log\n"),
        ("app/a/b/c.txt", b"deep"),
        ("naïve 文件.txt", b"a name"),
        ("image.tar", bytes(range(256)) * 8_000),
        ("empty", b""),
    ):
        (answer / name).parent.mkdir(parents=True, exist_ok=True)
        (answer / name).write_bytes(data)
    nbgrader.all_well(home, ["submit", several.name, "--student=ada", *exchange])
    nbgrader.all_well(course, ["collect", several.name, "--ExchangeCollect.check_owner=False", *exchange])
    assert files_in(course / "submitted" / "ada" / several.name / "answer") == files_in(answer)


def files_in(folder: Path) -> dict[str, bytes]:
    """The files below a folder, by their paths in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.engine
def test_a_learner_s_validate_says_what_the_grader_will(tmp_path: Path, nbgrader: NbGrader) -> None:
    course = tmp_path / "course"
    made = drydock("classroom", "init", str(course), "--exercise", "00")
    assert made.returncode == 0, made.stderr
    nbgrader.all_well(course, ["generate_assignment", NAME])
    folder = course / "release" / NAME
    answer = {one.kind: Path(one.folder) / "Dockerfile" for one in answers(EXERCISE)}
    found = {}
    for kind in ("wrong", "solution"):
        shutil.copy(answer[kind], folder / "answer")
        status, found[kind] = nbgrader.run(folder, "validate", f"{NAME}.ipynb", kernels_find=str(ROOT))
        assert status == 0, found[kind]
    assert "VALIDATION FAILED" in found["wrong"], found["wrong"]
    assert "0 of 1 points: " in found["wrong"]
    assert "Success! Your notebook passes all the tests." in found["solution"], found["solution"]


def penalties_with_a_rule(course: Path, nbgrader: NbGrader) -> dict[str, tuple[str, str]]:
    """The scores, and what is taken off them, where it was due a day and a half ago and the course has a rule."""
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8").replace("jobs=2", "jobs=2, late='10% a day, at most 3 days'"), "utf-8")
    due = datetime.now(UTC) - timedelta(days=1.5)
    nbgrader.all_well(
        course,
        ["db", "assignment", "add", NAME, f"--duedate={due:%Y-%m-%d %H:%M:%S} UTC"],
        ["autograde", NAME, "--force"],
        ["export", "--to=late.csv"],
    )
    with (course / "late.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    return {name: (rows[name]["raw_score"], rows[name]["late_submission_penalty"]) for name in FIRST}
