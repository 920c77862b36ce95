"""Every answer of every exercise, really built and looked at: it earns what it is meant to earn, and no more."""

from pathlib import Path

import pytest

from grader.answers import Answer, lay_out
from grader.engine.client import Engine
from grader.model import Exercise, Report
from grader.pipeline import Watcher, check

pytestmark = pytest.mark.engine


def told(report: Report) -> str:
    """The report as a text, for whoever reads that a test has failed."""
    return "\n".join(f"{one.status:10} {one.name} (line {one.line}): {one.seen}" for one in report.checks)


def verdicts(exercise: Exercise, answer: Answer, engine: Engine, folder: Path) -> Report:
    """The report of an answer; a machine's fault fails the test."""
    lay_out(exercise, Path(answer.folder), folder / "context")
    report, _ = check(exercise, folder / "context", lambda: engine, Watcher())
    assert not [one.name for one in report.checks if one.machine], told(report)
    return report


def holds(answer: Answer, report: Report) -> None:
    """The report says what the answer promises."""
    failed = {one.name: one.line or 0 for one in report.checks if one.status == "failed"}
    if answer.kind == "wrong":
        assert failed == dict(answer.fails), told(report)
    elif answer.kind == "starter":
        assert report.status == "failed", told(report)
        assert report.score < report.max_score
    else:
        assert (failed, report.score) == ({}, report.max_score), told(report)
        assert report.status == "passed"


def test_an_answer_earns_what_it_is_meant_to(answered: tuple[Exercise, Answer], engine: Engine, tmp_path: Path) -> None:
    exercise, answer = answered
    holds(answer, verdicts(exercise, answer, engine, tmp_path))


def test_it_earns_the_same_on_the_oldest_engine_and_the_other_image_store(
    answered: tuple[Exercise, Answer], oldest_engine: Engine, tmp_path: Path
) -> None:
    exercise, answer = answered
    holds(answer, verdicts(exercise, answer, oldest_engine, tmp_path))
