"""The checks of a container's health, and of the signal that ends it."""

import pytest
from observing import complete, judged, observation

from grader.model import Health, HealthRun, HealthSeen, Stop, StopSeen, Verdict
from grader.model.image import Healthcheck, ImageConfig

TEXT = "FROM busybox:1.37\nHEALTHCHECK CMD x\nSTOPSIGNAL SIGUSR1\nENTRYPOINT x\n"
BREAKS = ("beacon", "fail")
QUICK = Healthcheck(test=("CMD-SHELL", "x"), interval=0.5, retries=1)
SLOW = Healthcheck(test=("CMD-SHELL", "x"), interval=1.0)
RUNS = (HealthRun(exit_code=0, output="lit"), HealthRun(exit_code=1, output="out"))
GOOD = HealthSeen(status="unhealthy", healthy_after=0.6, unhealthy_after=0.5, waited=4.0, runs=RUNS, break_exit_code=0)


def health(name: str, seen: HealthSeen, check: Healthcheck | None = QUICK) -> Verdict:
    whole = observation(TEXT, config=ImageConfig(healthcheck=check), probed={Health(breaks=BREAKS): seen})
    return judged(name, whole, breaks=list(BREAKS), healthy=4, unhealthy=1)


@pytest.mark.parametrize(
    ("seen", "check"),
    [
        (GOOD, QUICK),
        # Its settings are quick enough: that it came late is the machine's fault.
        (HealthSeen(status="unhealthy", healthy_after=2.0, unhealthy_after=3.1, runs=RUNS, break_exit_code=0), QUICK),
        # Its settings promise nothing, yet it was seen in time.
        (HealthSeen(status="unhealthy", healthy_after=2.0, unhealthy_after=0.9, runs=RUNS, break_exit_code=0), SLOW),
    ],
)
def test_becomes_healthy_and_unhealthy(seen: HealthSeen, check: Healthcheck) -> None:
    assert health("becomes_healthy_and_unhealthy", seen, check).status == "passed"


@pytest.mark.parametrize(
    ("seen", "check", "line", "says"),
    [
        (HealthSeen(), None, 2, "no health check"),
        (HealthSeen(), Healthcheck(test=("NONE",)), 2, "no health check"),
        (HealthSeen(status="starting", waited=1.0), QUICK, 2, "'starting' 1 s after its start; the check had not run"),
        (
            HealthSeen(status="unhealthy", waited=4.0, runs=RUNS[1:]),
            QUICK,
            2,
            "1 times so far, the last exit code 1: out",
        ),
        (
            HealthSeen(status="healthy", healthy_after=0.6, waited=4.0, runs=RUNS[:1], break_exit_code=0),
            QUICK,
            2,
            "healthy 0.6 s after its start, and still 4 s after 'beacon fail'",
        ),
        (
            HealthSeen(status="unhealthy", healthy_after=0.6, runs=RUNS, fell=True),
            QUICK,
            2,
            "healthy 0.6 s after its start, and unhealthy by itself, before 'beacon fail' was run",
        ),
        (
            HealthSeen(healthy_after=0.6, unhealthy_after=0.5, runs=RUNS, break_exit_code=0, fell=True, status="x"),
            QUICK,
            2,
            "and unhealthy by itself, in a container in which 'beacon fail' was not run, too; the check runs",
        ),
        (
            HealthSeen(status="unhealthy", healthy_after=1.0, unhealthy_after=3.2, waited=4.0, break_exit_code=0),
            SLOW,
            2,
            "unhealthy 3.2 s after 'beacon fail'",
        ),
        (
            HealthSeen(status="healthy", healthy_after=1.0, break_exit_code=127, break_output="no such file"),
            QUICK,
            None,
            "exit code 127 in the container: no such file",
        ),
        (HealthSeen(status="starting", exit_code=2, output="which lamp?"), QUICK, 4, "exit code 2\nwhich lamp?"),
        (HealthSeen(output="The container could not be started."), QUICK, 4, "could not be started"),
    ],
)
def test_does_not(seen: HealthSeen, check: Healthcheck | None, line: int | None, says: str) -> None:
    verdict = health("becomes_healthy_and_unhealthy", seen, check)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert says in verdict.seen
    assert complete(verdict)


def test_codes_are_defined() -> None:
    assert health("health_codes_defined", GOOD).status == "passed"


@pytest.mark.parametrize(
    ("codes", "says"),
    [((0, 3), "exit code 0 and 3"), ((0, 2, 2), "3 runs"), ((0, -1), "took too long"), ((), "0 runs")],
)
def test_codes_are_not_defined(codes: tuple[int, ...], says: str) -> None:
    verdict = health("health_codes_defined", HealthSeen(runs=tuple(HealthRun(exit_code=code) for code in codes)))
    assert (verdict.status, verdict.line) == ("failed", 2)
    assert says in verdict.seen
    assert complete(verdict)


def signal(seen: StopSeen, text: str = TEXT) -> Verdict:
    probed = {Stop(grace=2.0, ready="lit"): seen}
    whole = observation(text, config=ImageConfig(stop_signal="SIGUSR1"), probed=probed)
    return judged("signal_arrives", whole, output="got SIGUSR1", seconds=2, ready="lit")


@pytest.mark.parametrize("code", [0, 1, 138])
def test_the_signal_arrives(code: int) -> None:
    assert signal(StopSeen(took=0.1, exit_code=code, killed=False, output="lit\ngot SIGUSR1\n")).status == "passed"


@pytest.mark.parametrize(
    ("seen", "line", "says"),
    [
        (StopSeen(took=0.1, exit_code=1, killed=False, output="got SIGTERM"), 3, "exit code 1\ngot SIGTERM"),
        (StopSeen(took=0.1, exit_code=137, killed=False), 3, "printed nothing"),
        (StopSeen(took=2.0, exit_code=137, killed=True, output="lit"), 4, "still running 2.0 s later"),
        (StopSeen(took=2.0, exit_code=137, killed=True, output="got SIGUSR1"), 4, "killed"),
        (StopSeen(took=0.0, exit_code=127, killed=False, ended_before=True), 4, "before it was told to stop"),
    ],
)
def test_the_signal_does_not_arrive(seen: StopSeen, line: int, says: str) -> None:
    verdict = signal(seen)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert says in verdict.seen
    assert complete(verdict)


def test_without_stopsignal_the_line_is_that_of_what_starts() -> None:
    assert signal(StopSeen(took=0.1, exit_code=1, killed=False), "FROM busybox:1.37\nCMD x\n").line == 2
