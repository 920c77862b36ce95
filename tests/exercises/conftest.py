"""What the tests of the exercises share: the exercises, their answers, and the engines with their base images."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from grader import dockerfile, exercise
from grader.answers import Answer, answers
from grader.engine.client import Engine
from grader.model import Exercise
from tests.conftest import Engines

ROOT = exercise.exercises_folder()
EXERCISES: tuple[Exercise, ...] = tuple(exercise.load(ROOT / name) for name in exercise.names(ROOT))
Form = tuple[str, frozenset[str], bool, bool]
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
    """Every solution and starter, every right answer without a Dockerfile, and as many others as it takes.

    Of the wrong ones, until each check has failed once; of the right ones, until each form of an instruction, that is
    its name, its flags, and JSON, a here-document or neither, has been built once. The others pass or fail by the same
    checks and forms, and all of them are graded on the newest engine.
    """
    failed: set[str] = set()
    built: set[Form] = set()
    chosen = []
    for one, answer in sorted(found, key=lambda pair: pair[1].kind != "solution"):
        forms = forms_of(answer) if answer.kind in ("solution", "right") else set()
        if (
            answer.kind in ("solution", "starter")
            or (answer.kind == "right" and not (forms and forms <= built))
            or not set(answer.fails) <= failed
        ):
            chosen.append((one, answer))
            failed |= set(answer.fails)
            built |= forms
    return chosen


def forms_of(answer: Answer) -> set[Form]:
    """The forms of the instructions in an answer's Dockerfile; none where it is a list of commands, or of answers."""
    file = Path(answer.folder, "Dockerfile")
    instructions = dockerfile.parse(file.read_bytes()).instructions if file.is_file() else ()
    parts = [part for one in instructions for part in (one, one.trigger) if part]
    return {
        (one.name, frozenset(flag.partition("=")[0] for flag in one.flags), one.json, bool(one.heredocs))
        for one in parts
    }


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`course_exercise`: each exercise; `answered`: answers that show all that the course's checks can say."""
    if "answered" in metafunc.fixturenames:
        found = [(one, answer) for one in EXERCISES for answer in sorted(answers(one), key=lambda one: -len(one.fails))]
        pairs = telling(found)
        names = [f"{one.name}/{answer.kind}/{answer.name}" for one, answer in pairs]
        metafunc.parametrize("answered", pairs, ids=names)
    if "course_exercise" in metafunc.fixturenames:
        metafunc.parametrize("course_exercise", EXERCISES, ids=[one.name for one in EXERCISES])
