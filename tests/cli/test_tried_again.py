"""A check that meets a fault of the machine is tried once more, and only then not judged."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from grader import exercise
from grader.cli._progress import progress
from grader.cli._session import Session
from grader.cli._tiers import graded
from grader.engine.client import Engine
from grader.engine.places import EngineAddress
from grader.model import Exercise, Observation, Report

EXERCISE = exercise.find(exercise.exercises_folder(), "02")


class Scripted(Session):
    """A session whose checks end as the script says; it notes the engine of each, where there is one to have."""

    def __init__(self, script: list[str], *, engine: bool) -> None:
        with progress(quiet=True) as shown:
            super().__init__(shown)
        self.script = script
        self.used: list[Engine] = []
        self._there = engine

    def check(self, wanted: Exercise, _: Path, __: threading.Event | None = None) -> tuple[Report, Observation]:
        if self._there:
            vars(self).setdefault("engine", Engine(EngineAddress(host="unix:///nowhere", docker="", name="test")))
            self.used.append(self.engine)
        status = self.script.pop(0)
        report = Report(exercise=wanted.name, status=status, score=0, max_score=1, checks=())  # type: ignore[arg-type]
        return report, Observation(exercise=wanted.name, submission="")


@pytest.mark.parametrize(
    ("script", "engine", "status", "left"),
    [
        (["passed", "failed"], True, "passed", 1),
        (["failed", "passed"], True, "failed", 1),
        (["not_judged", "passed"], True, "passed", 0),
        (["not_judged", "not_judged", "passed"], True, "not_judged", 1),
        (["not_judged", "passed"], False, "not_judged", 1),
    ],
)
def test_once_more_in_an_engine_that_is_asked_for_anew(
    script: list[str], engine: bool, status: str, left: int, tmp_path: Path
) -> None:
    opened = Scripted(list(script), engine=engine)
    report, _ = graded(opened, EXERCISE, tmp_path, "trusted")
    assert (report.status, len(opened.script)) == (status, left)
    assert len({id(one) for one in opened.used}) == len(opened.used)
