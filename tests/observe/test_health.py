"""How a container's health is watched: here with a container that is made of what the engine would say."""

from grader.engine.containers import Container
from grader.observe.health import _Watch


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
