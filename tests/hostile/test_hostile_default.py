"""A few cases of the suite in the tier `default`, and a good submission behind them."""

from __future__ import annotations

import pytest

from scripts.hostile import engines
from tests.hostile.ground import ground
from tests.hostile.table import CASES

NAMES = ("sparse-huge-file", "copy-from-solution", "run-loopback")


@pytest.mark.engine
def test_each_in_an_engine_in_a_container() -> None:
    cases = {case.name: case for case in CASES if case.name in NAMES}
    with engines("default") as opened, ground(opened, "default") as place:
        for name in NAMES:
            assert place.grade(cases[name]).wrong == (), name
        assert place.good().wrong == ()
