"""What the tests of the exercises share: the exercises, their answers, and an engine with their base images."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader import exercise
from grader.answers import answers
from grader.engine import private
from grader.engine.bases.ensure import ensure
from grader.engine.client import Engine
from grader.engine.places import EngineAddress, Places, PrivateSpec
from grader.model import Exercise

ROOT = exercise.exercises_folder()
EXERCISES: tuple[Exercise, ...] = tuple(exercise.load(ROOT / name) for name in exercise.names(ROOT))


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """An engine that holds every exercise's base images: the file that DRYDOCK_TEST_ENGINES names, else our own."""
    places = Places.from_environment(os.environ)
    given = os.environ.get("DRYDOCK_TEST_ENGINES")
    if given:
        address = msgspec.json.decode(Path(given).read_bytes(), type=list[EngineAddress])[0]
    else:
        address = private.start(places, PrivateSpec(), print)
    ensure(address, places, sorted({base for one in EXERCISES for base in one.bases}), print)
    found = Engine(address)
    yield found
    found.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`answered`: each exercise with each of its answers; `course_exercise`: each exercise."""
    if "answered" in metafunc.fixturenames:
        pairs = [(one, answer) for one in EXERCISES for answer in answers(one)]
        names = [f"{one.name}/{answer.kind}/{answer.name}" for one, answer in pairs]
        metafunc.parametrize("answered", pairs, ids=names)
    if "course_exercise" in metafunc.fixturenames:
        metafunc.parametrize("course_exercise", EXERCISES, ids=[one.name for one in EXERCISES])
