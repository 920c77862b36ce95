"""Every answer of every exercise, really built and looked at: it earns what it is meant to earn, and no more."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from grader.answers import Answer, lay_out
from grader.engine.client import Engine
from grader.making import make
from grader.model import Exercise, Report
from grader.pipeline import Watcher, check
from tests.programs import drydock

pytestmark = pytest.mark.engine
# Two at a time on the newest engine; the containerd store of the oldest loses snapshots when one image goes while
# another is unpacked, so there it is one at a time, beside the newest.
JOBS = 2

Graded = Callable[[Exercise, Answer], Report]


def told(report: Report) -> str:
    """The report as a text, for whoever reads that a test has failed."""
    return "\n".join(f"{one.status:10} {one.name} (line {one.line}): {one.seen}" for one in report.checks)


def holds(answer: Answer, report: Report) -> None:
    """The report says what the answer promises; a machine's fault fails the test."""
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


@pytest.fixture(scope="session", autouse=True)
def on_the_oldest_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """The report of each answer that this run asks for, all of them begun with the first test, one at a time."""
    asked = [item.callspec.params["answered"] for item in request.session.items if "answered" in item.fixturenames]
    tmp_path_factory.getbasetemp()  # It is made on first use, and two threads would make two.
    oldest_engine: Engine | None = request.getfixturevalue("oldest_engine") if asked else None

    def grade(exercise: Exercise, answer: Answer) -> Report:
        assert oldest_engine
        context = tmp_path_factory.mktemp("answer") / "context"
        lay_out(exercise, Path(answer.folder), context)
        make(exercise, context, lambda: oldest_engine)
        return check(exercise, context, lambda: oldest_engine, Watcher())[0]

    with ThreadPoolExecutor(1, thread_name_prefix="answer") as pool:
        begun: dict[str, Future[Report]] = {answer.folder: pool.submit(grade, one, answer) for one, answer in asked}
        yield lambda _, answer: begun[answer.folder].result(timeout=3600)
        pool.shutdown(cancel_futures=True)


def test_the_course_finds_no_fault_in_it(course_exercise: Exercise, engine: Engine) -> None:
    """On the newest engine: its answers, and mutants of its solution."""
    assert engine.facts().store == "graph"
    done = drydock("course", "check", course_exercise.name, "--json", "--jobs", str(JOBS), seconds=1100)
    assert done.returncode == 0, done.stdout + done.stderr
    (row,) = msgspec.json.decode(done.stdout)["exercises"]
    assert row["findings"] == []
    assert row["mutants"] - row["killed"] == sum(bool(fate["reason"]) for fate in row["fates"])


def test_it_earns_what_it_is_meant_to_on_the_oldest_engine_and_the_other_image_store(
    answered: tuple[Exercise, Answer], on_the_oldest_engine: Graded
) -> None:
    exercise, answer = answered
    holds(answer, on_the_oldest_engine(exercise, answer))
