"""Judging a class again from what was kept: no engine, and the difference is shown first."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest

from grader import exercise
from grader.batch.again import difference, judged_again
from grader.batch.store import Store, store, version_of
from grader.batch.values import HandIn, Outcome
from grader.cli import _grade
from grader.engine.client import Engine
from grader.judge import judge
from grader.model import Exercise, ExerciseCheck, Observation
from grader.pipeline import Watcher, check
from tests.checks.observing import observation
from tests.programs import drydock

WHOLE = exercise.find(exercise.exercises_folder(), "02")
EXERCISE = msgspec.structs.replace(
    WHOLE,
    checks=(
        ExerciseCheck(name="builds", points=2),
        ExerciseCheck(name="instructions_in_capitals", points=1),
    ),
)
GOOD, LOWER = (observation(text) for text in ("FROM busybox:1.37\n", "from busybox:1.37\n"))


def with_points(points: float) -> Exercise:
    builds, capitals = EXERCISE.checks
    return msgspec.structs.replace(EXERCISE, checks=(builds, msgspec.structs.replace(capitals, points=points)))


def graded(kept: Store, **observations: Observation) -> None:
    for student, seen in observations.items():
        seen = msgspec.structs.replace(seen, exercise=EXERCISE.name)
        report = judge(EXERCISE, seen)
        outcome = Outcome(report=msgspec.json.encode(report), observation=msgspec.json.encode(seen))
        digest = seen.text.instructions[0].keyword
        kept.hand_in(HandIn(student=student, exercise=EXERCISE.name, path="p"), digest, "")
        kept.keep(EXERCISE.name, "v1", digest, outcome)


@pytest.mark.parametrize(
    ("about", "changed", "expected"),
    [
        ("nothing", EXERCISE, ["0 of 3 scores change"]),
        (
            "a check earns more",
            with_points(4),
            ["1 of 3 scores change: 1 by instructions_in_capitals", "  ada: 3 -> 6 (instructions_in_capitals)"],
        ),
        (
            "a check is gone",
            msgspec.structs.replace(EXERCISE, checks=EXERCISE.checks[1:]),
            [
                "3 of 3 scores change: 3 by builds",
                "  ada: 3 -> 1 (builds)",
                "  bob: 2 -> 0 (builds)",
                "  eve: 2 -> 0 (builds)",
            ],
        ),
        (
            "a check that has to look again",
            msgspec.structs.replace(
                EXERCISE,
                checks=(*EXERCISE.checks, ExerciseCheck(name="answers_http", points=1, parameters={"port": 80})),
            ),
            [
                "0 of 3 scores change",
                "  answers_http asks for what was not looked at in 3 submissions: grade those again",
            ],
        ),
    ],
)
def test_what_would_change(about: str, changed: Exercise, expected: list[str], tmp_path: Path) -> None:
    with store(tmp_path) as kept:
        graded(kept, ada=GOOD, bob=LOWER, eve=LOWER)
        assert difference([change for change, _ in judged_again(kept, changed)]) == expected, about


def test_it_shows_first_and_changes_when_asked_to(tmp_path: Path) -> None:
    with store(tmp_path) as kept:
        graded(kept, ada=GOOD)
    shown = drydock("regrade", "02", "--out", str(tmp_path))
    assert "Nothing has been changed yet" in shown.stdout, shown.stderr
    assert "asks for what was not looked at" in shown.stdout
    assert not (tmp_path / "results.csv").exists()
    done = drydock("regrade", "02", "--out", str(tmp_path), "--apply")
    assert done.returncode == 3
    with (tmp_path / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][:5] == ["ada", "02-first-dockerfile", "not_judged", "", "16"]


def lines_of(folder: Path) -> dict[str, tuple[str, str, str]]:
    """What results.csv has of each learner: status, score, reason."""
    with (folder / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: (row["status"], row["score"], row["reason"]) for row in csv.DictReader(file)}


@pytest.fixture
def all_seen(tmp_path: Path) -> Observation:
    """What was seen of a Dockerfile that cannot be built: every check has its answer, and all points are lost."""
    (tmp_path / "answer").mkdir()
    (tmp_path / "answer" / "Dockerfile").write_text("FROM busybox:1.37\nINSTALL vim\n")
    return check(WHOLE, tmp_path / "answer", no_engine, Watcher())[1]


def no_engine() -> Engine:
    raise AssertionError("an engine was asked for")


def known(kept: Store, student: str, version: str, outcome: Outcome) -> None:
    kept.hand_in(HandIn(student=student, exercise=WHOLE.name, path=f"in/{student}"), student, "")
    kept.keep(WHOLE.name, version, student, outcome)


def scored(seen: Observation, score: float) -> Outcome:
    """What an older grader may have made of it."""
    report = msgspec.structs.replace(judge(WHOLE, seen), score=score)
    return Outcome(report=msgspec.json.encode(report), observation=msgspec.json.encode(seen))


def test_applied_it_changes_a_score_and_keeps_what_could_not_be_built(all_seen: Observation, tmp_path: Path) -> None:
    """Also the class's page without names, and those of the roster who did not hand in, stay as they were."""
    folder = tmp_path / "out"
    with store(folder) as kept:
        known(kept, "ada", "v1", scored(all_seen, 3))
        known(kept, "bob", "v1", Outcome(refused="the Dockerfile has 1,001 instructions"))
        known(kept, "eve", "v1", scored(all_seen, 3))
        kept.keep(WHOLE.name, version_of(Path(WHOLE.folder)), "eve", Outcome(fault="the engine died"))
        kept.note(_grade.ANONYMOUS, "yes")
        kept.note(_grade.ROSTER, '["ada", "bob", "eve", "max"]')
    shown = drydock("regrade", "02", "--out", str(folder))
    assert (shown.returncode, "1 of 1 scores change" in shown.stdout) == (0, True), shown.stdout + shown.stderr
    assert "ada: 3 -> 0" in shown.stdout
    done = drydock("regrade", "02", "--out", str(folder), "--apply")
    assert done.returncode == 3, "eve still has to be graded"
    found = lines_of(folder)
    assert {name: (status, score) for name, (status, score, _) in found.items()} == {
        "ada": ("failed", "0"),
        "bob": ("refused", ""),
        "eve": ("not_judged", ""),
        "max": ("missing", ""),
    }
    assert (found["bob"][2], found["eve"][2]) == ("the Dockerfile has 1,001 instructions", "the engine died")
    page = (folder / "index.html").read_text("utf-8")
    assert ("Learner 1" in page, ">ada<" in page) == (True, False)


def test_where_a_check_asks_for_more_than_was_seen_that_is_said_with_the_status(tmp_path: Path) -> None:
    """Although the old verdict is by the same version of the exercise, and stays."""
    version = version_of(Path(WHOLE.folder))
    seen = msgspec.structs.replace(GOOD, exercise=WHOLE.name)
    with store(tmp_path) as kept:
        known(kept, "ada", version, scored(seen, 3))
    done = drydock("regrade", "02", "--out", str(tmp_path), "--apply")
    assert "grade those again" in done.stdout
    assert done.returncode == 3
    assert lines_of(tmp_path)["ada"][1] == "3"


def test_a_folder_without_results(tmp_path: Path) -> None:
    done = drydock("regrade", "02", "--out", str(tmp_path))
    assert (done.returncode, "holds no results" in done.stderr) == (2, True)


def test_the_last_verdict_is_found_without_a_look_at_all_the_others(tmp_path: Path) -> None:
    outcome = Outcome(report=b"{}", observation=b"{}")

    def steps(kept: Store) -> int:
        done: list[int] = []
        kept._db.set_progress_handler(lambda: done.append(1), 1)
        assert kept.latest("one", "d0") is not None
        kept._db.set_progress_handler(None, 0)
        return len(done)

    with store(tmp_path / "class") as kept:
        kept.keep("one", "v1", "d0", outcome)
        few = steps(kept)
        for number in range(1, 200):
            kept.keep("one", "v1", f"d{number}", outcome)
        assert steps(kept) <= few + 20
