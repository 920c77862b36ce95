"""The hostile suite: every case that needs no engine, and with one those that take seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

import pytest

from grader.engine.client import Engine
from tests.conftest import BUSYBOX, Engines
from tests.hostile.case import Case
from tests.hostile.ground import Ground, ground
from tests.hostile.left import new_volumes, volumes
from tests.hostile.outputs import outputs, steering
from tests.hostile.table import CASES, QUICK

ALONE = [case for case in CASES if case.needs == "nothing"]


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Where the cases are tried, with the newest engine where one is asked for."""

    def engine() -> AbstractContextManager[Engine]:
        engines: Engines = request.getfixturevalue("all_engines")
        return nullcontext(engines.with_bases("graph", BUSYBOX))

    with ground(engine) as found:
        yield found


def test_the_table() -> None:
    kinds = Counter(case.kind for case in CASES)
    names = Counter((case.kind, case.name) for case in CASES)
    assert len(CASES) >= 150
    assert len(kinds) == 7
    assert min(kinds.values()) >= 20
    assert max(names.values()) == 1
    assert all(case.how for case in CASES)
    assert {case.kind for case in QUICK} == set(kinds)


@pytest.mark.parametrize("case", ALONE, ids=lambda case: f"{case.kind}/{case.name}")
def test_without_an_engine(case: Case, place: Ground) -> None:
    assert place.grade(case).wrong == ()


@pytest.mark.engine
@pytest.mark.parametrize("case", QUICK, ids=lambda case: f"{case.kind}/{case.name}")
def test_on_an_engine_and_the_next_one_is_graded_as_ever(case: Case, place: Ground) -> None:
    seen = place.grade(case)
    assert (seen.wrong, place.good().wrong) == ((), ())


def test_a_wrong_verdict_and_what_is_left_are_noticed(place: Ground) -> None:
    case = next(case for case in ALONE if case.name == "zip-slip")
    wrong = Case(
        kind=case.kind, name="x", how="x", make=case.make, verdict="graded", says="no such words", never="leads"
    )
    assert [word.split(":")[0] for word in place.grade(wrong).wrong] == [
        "refused, not graded",
        "does not say 'no such words'",
        "shows 'leads'",
    ]

    def leaves(folder):
        (folder.parent.parent / "left").write_text("x")
        return case.make(folder)

    assert any(
        word.startswith("left: ")
        for word in place.grade(Case(kind=case.kind, name="x", how="x", make=leaves, verdict="refused")).wrong
    )


@pytest.mark.engine
def test_a_volume_that_is_left_is_noticed(all_engines: Engines) -> None:
    engine = all_engines.with_bases("graph", BUSYBOX)
    before = volumes(engine)
    left = engine.api.create_volume()["Name"]
    try:
        assert f"volume {left[:12]}" in new_volumes(engine, before, 0.1)
    finally:
        engine.api.remove_volume(left)
    assert left not in volumes(engine)


def test_what_steers_is_noticed() -> None:
    assert steering("terminal", "\x1b[31m\u202e") == ["terminal: '\\x1b'", "terminal: '\\u202e'"]
    assert steering("HTML page", "<html><img src=x onerror=alert(1)><script>alert(2)</script>") == [
        "HTML page: img",
        "HTML page: img onerror=alert(1)",
        "HTML page: script of a stranger",
    ]
    assert steering("results.csv", "a,=1+1\r\n") == ["results.csv: a cell begins with '=1+1'"]
    assert len(steering("terminal", "ok\n  ::error::x\n##vso[x]")) == 2
    assert set(outputs(None, reason="x")) == {"results.csv", "results.jsonl", "HTML page", "class page"}
