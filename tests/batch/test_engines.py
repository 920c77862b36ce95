"""An engine for each grading: how many there are at a time, that each is given back, and what is tried again."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader import exercise
from grader.batch.grading import Job, run, take_in
from grader.batch.store import Store, store
from grader.batch.values import DIED, HandIn, Looked, Outcome
from grader.engine.client import Engine
from grader.engine.places import EngineAddress
from grader.engine.sealed import possible
from grader.errors import EngineError, NoEngineError
from grader.model import CheckResult, Report
from grader.pipeline import Watcher, check
from grader.stages import with_time

EXERCISE = exercise.find(exercise.exercises_folder(), "02")
FAULT = Outcome(fault="the engine died")


def outcome(tier: str = "hardened") -> Outcome:
    """A full score that was seen in this isolation."""
    full = CheckResult(name="builds", status="passed", points=16, max_points=16)
    report = Report(exercise=EXERCISE.name, status="passed", score=16, max_score=16, checks=(full,), tier=tier)
    return Outcome(report=msgspec.json.encode(report), observation=b"{}")


class OneEach:
    """Engines that are used once; `most` is how many there ever were at a time."""

    ahead, tries, alone = 1, 2, True

    def __init__(self, faults: int = 0) -> None:
        self.there: set[str] = set()
        self.given: list[str] = []
        self.most = 0
        self._faults = faults

    def prepare(self, _: tuple[str, ...]) -> Future[EngineAddress]:
        future: Future[EngineAddress] = Future()
        if self._faults:
            self._faults -= 1
            future.set_exception(EngineError("it does not start"))
            return future
        name = f"engine-{len(self.given)}"
        self.given.append(name)
        self.there.add(name)
        self.most = max(self.most, len(self.there))
        future.set_result(EngineAddress(host=name, docker="", name=name, tier="hardened"))
        return future

    def give_back(self, address: EngineAddress) -> None:
        self.there.remove(address.name)


class Scripted(Executor):
    """An executor that answers from a script, path by path, and notes which engine was used."""

    def __init__(self, script: dict[str, list[Outcome | None]], used: list[tuple[str, str]]) -> None:
        self._script, self._used = script, used

    def submit(self, _: Any, /, *words: Any, **__: Any) -> Future[Any]:
        self._used.append((words[1], words[2].name))
        future: Future[Any] = Future()
        come = self._script[words[1]].pop(0)
        if come is None:
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result(come)
        return future


def graded(
    script: dict[str, list[Outcome | None]], engines: OneEach, folder: Path
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The fault of each after all tries, and which engine was used for what."""
    used: list[tuple[str, str]] = []
    jobs = [Job(exercise=EXERCISE, version="v1", digest=path, path=path) for path in script]
    with store(folder) as kept:
        run(
            jobs,
            lambda: engines,
            kept,
            workers=2,
            done=lambda *_: None,
            make=lambda _: Scripted(script, used),
        )
        return {path: fault_of(kept, path) for path in script}, used


def fault_of(kept: Store, path: str) -> str:
    found = kept.outcome(EXERCISE.name, "v1", path)
    assert found is not None
    return found.fault


def test_each_has_its_own_and_it_is_given_back(tmp_path: Path) -> None:
    engines = OneEach()
    faults, used = graded({str(number): [outcome()] for number in range(9)}, engines, tmp_path)
    assert set(faults.values()) == {""}
    assert len({name for _, name in used}) == 9 == len(engines.given)
    assert engines.there == set()
    assert engines.most <= 2 + engines.ahead


@pytest.mark.parametrize(
    ("about", "answers", "faults", "expected"),
    [
        ("a fault, then a verdict", [FAULT, outcome()], 0, ""),
        ("a fault twice", [FAULT, FAULT], 0, "the engine died"),
        ("no engine at first", [outcome()], 1, ""),
        ("it kills its process", [None, None], 0, DIED),
    ],
)
def test_a_fault_is_tried_again_in_another_engine(
    about: str, answers: list[Outcome | None], faults: int, expected: str, tmp_path: Path
) -> None:
    engines = OneEach(faults)
    found, used = graded({"p": list(answers), "q": [outcome()]}, engines, tmp_path)
    assert found == {"p": expected, "q": ""}, about
    assert len({name for _, name in used}) == len(used)
    assert engines.there == set()


def test_what_was_graded_in_another_tier_is_graded_anew(tmp_path: Path) -> None:
    class Looking(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_result(Looked(found="d1"))
            return future

    handed = [HandIn(student="ada", exercise=EXERCISE.name, path="p")]
    course = {EXERCISE.name: (EXERCISE, "v1")}
    with store(tmp_path) as kept:
        kept.keep(EXERCISE.name, "v1", "d1", outcome("trusted"))
        assert take_in(handed, course, kept, Looking(), tier="trusted") == []
        assert len(take_in(handed, course, kept, Looking(), tier="hardened")) == 1


def test_a_lower_isolation_is_never_taken(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:trixie-slim\n")
    trusted = Engine(EngineAddress(host="unix:///none", docker=""))
    report, seen = check(EXERCISE, tmp_path, lambda: trusted, Watcher(), tier="hardened")
    assert (report.status, report.tier) == ("not_judged", "hardened")
    assert "'trusted', and 'hardened' was asked for" in seen.fault


def test_a_report_without_an_engine_names_the_tier(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:trixie-slim\nRUNN true\n")

    def none() -> Engine:
        raise AssertionError

    report, _ = check(EXERCISE, tmp_path, none, Watcher(), tier="hardened")
    assert (report.status, report.tier) == ("failed", "hardened")


def test_a_machine_that_cannot_have_it_says_all_reasons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(possible.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(possible, "TOP", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(possible, "system_environment", lambda: {"PATH": str(tmp_path)})
    with pytest.raises(NoEngineError) as refused:
        possible.need_possible()
    for part in ("needs root", "unshare is missing (install the package util-linux)", "memory, pids, cpu", "--tier"):
        assert part in str(refused.value)


def test_under_gvisor_programs_have_twice_the_time() -> None:
    limits = with_time(EXERCISE, "hardened-gvisor").limits
    assert limits.build_seconds == 2 * EXERCISE.limits.build_seconds
    assert limits.run_seconds == 2 * EXERCISE.limits.run_seconds
    assert with_time(EXERCISE, "hardened") == EXERCISE
