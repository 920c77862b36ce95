"""A few cases of the suite in the tier `default`, and a good submission behind them; what an engine has is noticed."""

from __future__ import annotations

import pytest

from grader.model.tier import Tier
from scripts.hostile import engines
from tests.hostile.ground import ground
from tests.hostile.left import nothing, of_engine, traces
from tests.hostile.table import CASES

NAMES = ("sparse-huge-file", "copy-from-solution", "run-loopback")


@pytest.mark.engine
def test_each_in_an_engine_in_a_container() -> None:
    cases = {case.name: case for case in CASES if case.name in NAMES}
    with engines("default") as opened, ground(opened, "default") as place:
        for name in NAMES:
            assert place.grade(cases[name]).wrong == (), name
        assert place.good().wrong == ()


@pytest.mark.engine
@pytest.mark.parametrize(
    ("tier", "kinds"),
    [
        ("default", {"process", "file", "container"}),
        # Its mounts are in a namespace of its own, which goes with its last process.
        ("hardened", {"process", "file", "loop", "control"}),
    ],
)
def test_what_an_engine_would_leave_is_noticed_while_it_is_there(tier: Tier, kinds: set[str]) -> None:
    with engines(tier) as opened:
        with opened() as engine:
            assert {one.split()[0] for one in traces(engine.address)} >= kinds
            assert nothing(lambda: traces(engine.address), 0.1) != []
        assert of_engine(engine.address) == []
