"""What the tests of the exercises share: the exercises, their answers, and the engines with their base images."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from grader import exercise
from grader.answers import Answer, answers
from grader.engine.client import Engine
from grader.model import Exercise
from tests.conftest import Engines

ROOT = exercise.exercises_folder()
EXERCISES: tuple[Exercise, ...] = tuple(exercise.load(ROOT / name) for name in exercise.names(ROOT))
BASES = sorted({base for one in EXERCISES for base in one.bases})


@pytest.fixture(scope="session")
def engine(all_engines: Engines) -> Engine:
    """The newest engine, with every exercise's base images."""
    return all_engines.with_bases("graph", *BASES)


@pytest.fixture(scope="session")
def oldest_engine(all_engines: Engines) -> Engine:
    """The oldest engine that is supported, with the other image store and every exercise's base images."""
    return all_engines.with_bases("containerd", *BASES)


def telling(found: Sequence[tuple[Exercise, Answer]]) -> list[tuple[Exercise, Answer]]:
    """Every answer that is right, every starter, and as many wrong ones as it takes to have each check failed once."""
    failed: set[str] = set()
    chosen = []
    for one, answer in found:
        if answer.kind != "wrong" or not set(answer.fails) <= failed:
            chosen.append((one, answer))
            failed |= set(answer.fails)
    return chosen


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`course_exercise`: each exercise; `answered`: answers that show all that the course's checks can say."""
    if "answered" in metafunc.fixturenames:
        found = [(one, answer) for one in EXERCISES for answer in sorted(answers(one), key=lambda one: -len(one.fails))]
        pairs = telling(found)
        names = [f"{one.name}/{answer.kind}/{answer.name}" for one, answer in pairs]
        metafunc.parametrize("answered", pairs, ids=names)
    if "course_exercise" in metafunc.fixturenames:
        metafunc.parametrize("course_exercise", EXERCISES, ids=[one.name for one in EXERCISES])
