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


def test_an_answer_earns_what_it_is_meant_to(answered: tuple[Exercise, Answer], engine: Engine, tmp_path: Path) -> None:
    exercise, answer = answered
    lay_out(exercise, Path(answer.folder), tmp_path / "context")
    report, _ = check(exercise, tmp_path / "context", lambda: engine, Watcher())
    assert not [one.name for one in report.checks if one.machine], told(report)
    failed = {one.name: one.line or 0 for one in report.checks if one.status == "failed"}
    if answer.kind == "wrong":
        assert failed == dict(answer.fails), told(report)
    elif answer.kind == "starter":
        assert report.status == "failed", told(report)
        assert report.score < report.max_score
    else:
        assert (failed, report.score) == ({}, report.max_score), told(report)
        assert report.status == "passed"
