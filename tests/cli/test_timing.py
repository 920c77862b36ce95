"""`check --timing`: where the time went, as the report has it."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import pytest

from tests.cli.conftest import ROOT, Said

ANSWER = ROOT / "exercises" / "00-hello" / "solution"
IN_TURN = ("submission", "parse", "engine", "bases", "build", "probes", "clean-up")
WITHIN_PROBES = ("image", "remarks", "probe run")
STAGE = re.compile(r"^ +(\S.*?) +(\d+\.\d{3}) s$", re.MULTILINE)


def whole(timing: dict[str, float]) -> None:
    """Every stage is there, and those that come one after another are what the whole took."""
    assert timing.keys() == {*IN_TURN, *WITHIN_PROBES, "total"}
    assert sum(timing[name] for name in IN_TURN) == pytest.approx(timing["total"], abs=0.3)
    assert max(timing[name] for name in WITHIN_PROBES) <= timing["probes"] + 0.01


@pytest.mark.engine
def test_the_stages_are_printed_and_the_report_has_them(drydock: Callable[..., Said]) -> None:
    said = drydock("check", "00-hello", ANSWER, "--timing")
    assert said.returncode == 0, said.stderr
    whole({name: float(seconds) for name, seconds in STAGE.findall(said.stdout)})
    said = drydock("check", "00-hello", ANSWER, "--timing", "--json")
    whole(msgspec.json.decode(said.stdout)["timing"])
