"""Waiting for a verdict while another process grades: what is taken as one, when, and what is none."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from grader import exercise as exercises
from grader.batch.look import look
from grader.batch.store import store, version_of
from grader.batch.values import HandIn, Outcome
from grader.classroom import verdicts
from grader.classroom.course import Course
from grader.classroom.verdicts import Grading, outcome
from grader.model import Report
from grader.model.tier import Tier

EXERCISE = exercises.find(exercises.exercises_folder(), "00")
NAME = EXERCISE.name
FAULT = Outcome(fault="the engine died")
ENDED = None


def verdict(tier: Tier) -> Outcome:
    report = Report(exercise=NAME, status="passed", score=2, max_score=2, tier=tier, checks=())
    return Outcome(report=msgspec.json.encode(report))


class Running:
    """A grading that goes through a script: each time it is asked, the store comes to know one more; then it hangs."""

    def __init__(self, script: list[Outcome | None], keep: Callable[[Outcome], None]) -> None:
        self._script, self._keep = script, keep

    @property
    def ended(self) -> bool:
        assert self._script, "a verdict that is there is waited for"
        come = self._script.pop(0)
        if come is not ENDED:
            self._keep(come)
        return come is ENDED

    def said(self) -> str:
        return "no room"

    def interrupted_with_us(self) -> Any:
        return contextlib.nullcontext()


@pytest.mark.parametrize(
    ("about", "tier", "before", "script", "expected"),
    [
        ("a verdict is there", "trusted", [verdict("trusted")], [], verdict("trusted")),
        ("one with more isolation is there", "trusted", [verdict("hardened")], [], verdict("hardened")),
        ("it comes while others are still graded", "trusted", [], [verdict("trusted")], verdict("trusted")),
        ("a fault is tried again", "trusted", [FAULT], [FAULT, verdict("trusted")], verdict("trusted")),
        ("a fault stays one", "trusted", [], [FAULT, ENDED], FAULT),
        ("one with less isolation does not count", "hardened", [verdict("trusted")], [verdict("hardened")],
         verdict("hardened")),
        ("nor where nothing better comes", "hardened", [verdict("trusted")], [ENDED],
         Outcome(fault="it was not graded: no room")),
        ("nothing comes", "trusted", [], [ENDED], Outcome(fault="it was not graded: no room")),
    ],
)  # fmt: skip
def test_what_counts_as_a_verdict(
    about: str,
    tier: str,
    before: list[Outcome],
    script: list[Outcome | None],
    expected: Outcome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verdicts, "POLL_SECONDS", 0)
    course = Course(root=str(tmp_path), assignments={NAME: NAME})
    answer = tmp_path / "answer"
    answer.mkdir()
    (answer / "Dockerfile").write_text("FROM busybox:1.37\n")
    digest = look(EXERCISE.folder, str(answer))
    assert isinstance(digest, str)

    def keep(come: Outcome) -> None:
        with store(course.results) as kept:
            kept.keep(NAME, version_of(Path(EXERCISE.folder)), digest, come)

    for one in before:
        keep(one)
    running = Running(list(script), keep)
    found = outcome(
        course, HandIn(student="ada", exercise=NAME, path=str(answer)), lambda: cast(Grading, running), tier
    )
    assert found == expected, about
    assert running._script == []
