"""`drydock export` as a program: of a report, of a class, and what it cannot use."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import msgspec
import pytest

from grader import exercise
from grader.batch.store import store, version_of
from grader.batch.values import HandIn, Outcome
from grader.model import CheckResult, Report
from grader.report import as_json
from tests.programs import drydock, inside

ROOT = exercise.exercises_folder()
NAME = exercise.find(ROOT, "02").name


def report(points: float) -> Report:
    check = CheckResult(name="builds", status="passed" if points else "failed", points=points, max_points=1)
    return Report(
        exercise=NAME,
        submission="ada",
        status=check.status,
        score=points,
        max_score=1,
        checks=(check,),
        timing={"build": 1.5, "image": 0.5, "probes": 0.75, "total": 2.5},
    )


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    """A class of three: one has passed, one is not judged, one could not be used."""
    folder = tmp_path / "results"
    version = version_of(ROOT / NAME)
    with store(folder) as kept:
        for student, digest, refused in (("ada", "d1", ""), ("张伟", "d2", ""), ("eve", "", "no Dockerfile")):
            kept.hand_in(HandIn(student=student, exercise=NAME, path="p"), digest, refused)
        kept.keep(NAME, version, "d1", Outcome(report=msgspec.json.encode(report(1))))
        kept.keep(NAME, version, "d2", Outcome(fault="the engine died"))
    return folder


def test_of_a_report(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(as_json.render(report(1)))
    done = drydock("export", "gradescope", str(tmp_path / "report.json"), "--out", str(tmp_path / "results.json"))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    made = json.loads((tmp_path / "results.json").read_bytes())
    assert (made["score"], made["execution_time"]) == (1, 2.5), "stages last at the same time: their sum is no time"
    printed = inside("export", "jsonl", str(tmp_path / "report.json"), "--student", "bob")
    assert json.loads(printed.stdout)["student"] == "bob"


def test_a_withheld_check_is_exported_without_its_name(
    graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = exercise.load(ROOT / NAME)
    own = tuple(msgspec.structs.replace(one, withheld=one.name == "builds") for one in known.checks)
    monkeypatch.setattr(exercise, "load", lambda _: msgspec.structs.replace(known, checks=own))
    (tmp_path / "report.json").write_bytes(as_json.render(report(0)))
    for source in (tmp_path / "report.json", graded):
        said = inside("export", "jsonl", str(source), "--student", "ada").stdout
        assert '"withheld-1"' in said
        assert '"builds"' not in said


def test_of_a_class_with_what_the_instructor_and_the_roster_say(graded: Path, tmp_path: Path) -> None:
    (graded / "overrides.csv").write_text(f"student,exercise,score,comment\neve,{NAME},0.5,sent by mail\n")
    (tmp_path / "class.csv").write_text("student,name,email\nada,Ada Lovelace,ada@x\nmax,Max,\n", "utf-8")
    words = ("export", "moodle", str(graded), "--roster", str(tmp_path / "class.csv"))
    done = inside(*words, "--out", str(tmp_path / "moodle.csv"))
    assert done.returncode == 0, done.stderr
    with (tmp_path / "moodle.csv").open(encoding="utf-8", newline="") as file:
        found = {row["Username"]: row for row in csv.DictReader(file)}
    assert {name: row["A first Dockerfile"] for name, row in found.items()} == {
        "ada": "1",
        "eve": "0.5",
        "max": "-",
        "张伟": "-",
    }
    assert found["ada"]["Email address"] == "ada@x"


def test_a_file_for_each_learner_and_none_for_what_cannot_be_said(graded: Path, tmp_path: Path) -> None:
    done = inside("export", "gradescope", str(graded), "--out", str(tmp_path / "out"))
    assert done.returncode == 3
    assert "张伟: not judged: the engine died; Gradescope has no way to say that" in done.stderr
    assert len(list((tmp_path / "out").iterdir())) == 2
    one = inside("export", "exercism", str(graded), "--student", "张伟")
    assert json.loads(one.stdout)["status"] == "error"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["gradescop", "{here}"], "did you mean 'gradescope'?"),
        (["pdf", "{here}"], "there are: canvas, check50"),
        (["junit", "{here}/none.json"], "none.json: cannot be read"),
        (["junit", "{here}/bad.json"], "bad.json: not a report"),
        (["junit", "{here}"], "holds no results"),
        (["exercism", "{graded}"], "is about one learner, and there are 3 results"),
        (["exercism", "{graded}", "--student", "bob"], "no result of 'bob'"),
        (["csv", "{graded}", "--out", "{here}/no/file.csv"], "file.csv: cannot be written"),
    ],
)
def test_what_cannot_be_used(words: list[str], says: str, graded: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    done = inside("export", *[word.format(here=tmp_path, graded=graded) for word in words])
    assert (done.returncode, says in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr


def test_who_is_in_the_class_is_remembered_and_lines_that_fit_nobody_are_told(graded: Path) -> None:
    (graded / "overrides.csv").write_text(f"student,exercise,score,comment\nevee,{NAME},0.5,\n")
    with store(graded) as kept:
        kept.note("roster", '["ada", "max"]')
    done = inside("export", "jsonl", str(graded))
    found = {one["student"]: one["status"] for one in map(json.loads, done.stdout.splitlines())}
    assert found == {"ada": "passed", "eve": "refused", "max": "missing", "张伟": "not_judged"}
    assert f"1 line of overrides.csv fit nobody here, and change nothing: 'evee' in '{NAME}'" in done.stderr
