"""Judging a class again from what was kept: no engine, and the difference is shown first."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest

from grader import exercise
from grader.batch.again import difference, judged_again
from grader.batch.store import Store, store
from grader.batch.values import HandIn, Outcome
from grader.judge import judge
from grader.model import Exercise, ExerciseCheck, Observation
from tests.checks.observing import observation
from tests.programs import drydock

EXERCISE = msgspec.structs.replace(
    exercise.find(exercise.exercises_folder(), "02"),
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
        assert difference(judged_again(kept, changed)) == expected, about


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
