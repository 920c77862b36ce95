"""BuildKit's checks asked for on a real engine, and a whole submission that tries to switch all remarks off."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from grader import observations
from grader.engine.client import Engine
from grader.errors import EngineError
from grader.judge import judge
from grader.model import Exercise, ExerciseCheck
from grader.pipeline import Watcher, check
from tests.conftest import Engines

pytestmark = pytest.mark.engine

SWITCHED_OFF = """\
# check=skip=all
# escape=\\
from busybox:1.37 AS Foo
# hadolint ignore=DL3025
CMD echo hello
"""
EXERCISE = Exercise(
    name="00-x",
    folder="",
    title="X",
    lesson="l",
    practice="p",
    minutes=1,
    bases=("busybox:1.37",),
    checks=(ExerciseCheck(name="builds", points=1),),
)
EXPECTED = {
    ("buildkit", "ConsistentInstructionCasing", 3),
    ("buildkit", "StageNameCasing", 3),
    ("buildkit", "JSONArgsRecommended", 5),
    ("hadolint", "DL3025", 5),
}


@pytest.fixture
def newest(all_engines: Engines) -> Engine:
    """The newest engine, with busybox in it."""
    return all_engines.with_bases("graph")


def submission(folder: Path) -> Path:
    (folder / "Dockerfile").write_text(SWITCHED_OFF)
    (folder / ".hadolint.yaml").write_text("ignored: [DL3025]\n")
    return folder


def test_nothing_in_a_submission_switches_remarks_off(newest: Engine, tmp_path: Path) -> None:
    report, seen = check(EXERCISE, submission(tmp_path), lambda: newest, Watcher())
    assert {(each.source, each.rule, each.line) for each in report.remarks} >= EXPECTED
    assert report.remarks_missing == ()
    file = tmp_path / "seen.json"
    observations.write(seen, file)
    assert judge(EXERCISE, observations.read(file)).remarks == report.remarks


def test_checks_that_stop_say_why(newest: Engine, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"its checks stopped: .*debian:13"):
        newest.build_checks(
            tmp_path, b"FROM debian:13\n", allowed_bases=["busybox:1.37"], name="Dockerfile", seconds=15
        )


def test_the_checks_are_bounded_in_time(newest: Engine, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="its checks were not over after 0 s"):
        newest.build_checks(tmp_path, b"FROM busybox:1.37\n", allowed_bases=None, name="Dockerfile", seconds=0.01)


def test_an_engine_that_is_too_old_says_so(all_engines: Engines, tmp_path: Path) -> None:
    report, _ = check(
        EXERCISE, submission(tmp_path), lambda: all_engines.with_bases("containerd"), Watcher(cancel=threading.Event())
    )
    assert [each for each in report.remarks if each.source == "buildkit"] == []
    assert any("has no build checks; 27 has" in each for each in report.remarks_missing)
