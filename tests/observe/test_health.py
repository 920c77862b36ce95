"""How a container's health is watched: here with a container that is made of what the engine would say."""

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grader.engine.containers import Container
from grader.model import Health, Healthcheck
from grader.observe import Bench, health
from grader.observe.health import _Watch
from tests.conftest import BUSYBOX, Engines


class Told(Container):
    """A container whose states are given, the last one for ever."""

    def __init__(self, *states: dict) -> None:
        self._states = list(states)

    def inspect(self) -> dict:
        return {"State": self._states.pop(0) if len(self._states) > 1 else self._states[0]}


def state(status: str, *codes: int, running: bool = True) -> dict:
    log = [{"Start": f"{number}", "ExitCode": code, "Output": f"run {number}\n"} for number, code in enumerate(codes)]
    return {"Running": running, "Health": {"Status": status, "Log": log[-5:]}}


def test_each_run_is_seen_once_also_those_that_the_engine_has_forgotten() -> None:
    codes = (0, 0, 0, 1, 1, 1, 1)
    watch = _Watch(Told(*(state("healthy", *codes[:count]) for count in range(1, 7)), state("unhealthy", *codes)))
    assert watch.until("healthy", 1.0) is not None
    assert watch.until("unhealthy", 2.0) is not None
    assert [run.exit_code for run in watch.runs] == list(codes)
    assert watch.runs[0].output == "run 0"


def test_one_more_run_of_the_check_shows_whether_it_stays_healthy() -> None:
    for codes, status, falls in (
        ((0, 0), "healthy", False),
        ((0, 1), "unhealthy", True),
        ((0, -1), "unhealthy", False),
    ):
        watch = _Watch(Told(state("healthy", 0), state(status, *codes)))
        assert watch.until("healthy", 1.0) is not None
        assert watch.falls(2.0) is falls


def test_it_is_not_waited_for_what_cannot_come() -> None:
    for states in (state("starting", 1, running=False), {"Running": True}, {"Running": True, "Health": None}):
        watch = _Watch(Told(states))
        assert watch.until("healthy", 30.0) is None


def test_the_time_is_kept() -> None:
    watch = _Watch(Told(state("starting")))
    assert watch.until("healthy", 0.2) is None
    assert watch.status == "starting"


def test_what_was_seen_just_before_the_end_counts() -> None:
    watch = _Watch(Told(state("unhealthy", 0, 1, running=False)))
    assert watch.until("unhealthy", 1.0) is not None
    assert watch.status == "unhealthy"


COUNTS = "n=$(cat /n || echo 0); echo $((n+1)) > /n; [ $n -lt 2 ] || exit 1"
ASKS = "[ ! -e /broken ] || exit 1"


@pytest.mark.engine
@pytest.mark.parametrize(("asks", "fell"), [(COUNTS, True), (ASKS, False)])
def test_a_check_that_counts_its_runs_falls_by_itself(
    asks: str, fell: bool, all_engines: Engines, tmp_path: Path
) -> None:
    """It is healthy twice and then never again, whatever the program does: a second container, left alone, shows it."""
    engine = all_engines.with_bases("graph", BUSYBOX)
    labels = {"drydock.test": Bench.nonce()}
    text = f'FROM {BUSYBOX}\nHEALTHCHECK --interval=500ms --retries=1 CMD {asks}\nCMD ["sleep", "60"]\n'.encode()
    built = engine.build(tmp_path, dockerfile=text, labels=labels, seconds=60, output_bytes=1000)

    def start(**options: Any) -> Container:
        return engine.run(built.image, labels=labels, **options)

    config = SimpleNamespace(healthcheck=Healthcheck(test=("CMD-SHELL", asks), interval=0.5, retries=1))
    bench = SimpleNamespace(start=start, image=SimpleNamespace(config=config), cancel=threading.Event())
    try:
        seen = health.see(cast(Bench, bench), Health(breaks=("touch", "/broken"), healthy=4, unhealthy=1))
    finally:
        engine.remove_labelled(labels)
    assert (seen.fell, seen.break_exit_code) == (fell, 0)
    assert seen.healthy_after is not None
    assert seen.unhealthy_after is not None
