"""The container becomes healthy, and unhealthy soon after it stops working.

Looks at: the health of a running container over time: after its start, at one more run of the check, and after a
command in the container has made the program fail while its process goes on.
Why it matters: a process that runs need not work. Whoever restarts or replaces containers looks at their health; a
check that is always content, or that asks every 30 seconds, leaves people before a dead service.
Loses the point:
    HEALTHCHECK CMD pidof beacon        (the process is there, whether it works or not; and every 30 s only)
Earns it:
    HEALTHCHECK --interval=500ms --retries=1 CMD beacon status || exit 1
"""

from grader.checks import check
from grader.checks._health import unwatched
from grader.checks._text import line_of
from grader.model import Health, Healthcheck, HealthSeen, Observation, Params, Verdict, failed, passed
from grader.model.image import DEFAULT_INTERVAL


class Parameters(Params, frozen=True, kw_only=True):
    breaks: tuple[str, ...]  # the command in the container that makes the program fail
    healthy: float  # the most seconds from its start to `healthy`
    unhealthy: float  # the most seconds from then to `unhealthy`


def _health(p: Parameters) -> Health:
    return Health(breaks=p.breaks, healthy=p.healthy, unhealthy=p.unhealthy)


@check(practice="health", probes=lambda p: [_health(p)])
def becomes_healthy_and_unhealthy(seen: Observation, p: Parameters) -> Verdict:
    health = seen.of(_health(p))
    if verdict := unwatched(seen, health):
        return verdict
    command = " ".join(p.breaks)
    if health.healthy_after is None:
        return _failed(
            seen,
            f"'{health.status}' {health.waited:g} s after its start{_last(health, _every(seen))}",
            f"healthy at most {p.healthy:g} s after it",
        )
    before = f"healthy {health.healthy_after:.1f} s after its start"
    if health.fell:
        early = health.break_exit_code is None
        where = f"before '{command}' was run" if early else f"in a container in which '{command}' was not run, too"
        what = f"{before}, and unhealthy by itself, {where}{_last(health, _every(seen))}"
        return _failed(
            seen, what, f"healthy until '{command}' is run, and unhealthy at most {p.unhealthy:g} s after it"
        )
    if health.break_exit_code != 0:
        return failed(
            seen=f"{command} ended with exit code {health.break_exit_code} in the container: {health.break_output}",
            expected="a program that can be made to fail",
            hints=("Is the program at the place that the task names?",),
        )
    if health.unhealthy_after is None:
        what = f"{before}, and still {health.waited:g} s after '{command}'{_last(health, _every(seen))}"
        return _failed(seen, what, f"unhealthy at most {p.unhealthy:g} s after '{command}'")
    check = seen.built.config.healthcheck
    if check and check.detects_after > p.unhealthy < health.unhealthy_after:
        what = f"{before}, unhealthy {health.unhealthy_after:.1f} s after '{command}'"
        return _failed(seen, what, f"unhealthy at most {p.unhealthy:g} s after it")
    return passed(f"{before}, unhealthy {health.unhealthy_after:.1f} s after '{command}'")


def _every(seen: Observation) -> str:
    check = seen.built.config.healthcheck or Healthcheck()
    return f"every {check.interval or DEFAULT_INTERVAL:g} s"


def _last(health: HealthSeen, every: str) -> str:
    if not health.runs:
        return f"; the check had not run yet, and runs {every}"
    run = health.runs[-1]
    printed = f": {run.output}" if run.output else ""
    return f"; the check runs {every}: {len(health.runs)} times so far, the last exit code {run.exit_code}{printed}"


def _failed(seen: Observation, what: str, expected: str) -> Verdict:
    return failed(
        line=line_of(seen, "HEALTHCHECK"),
        seen=what,
        expected=expected,
        hints=(
            "Run the command of the health check in a container yourself: what is its exit code, before and after?",
            "How often does Docker ask, and how many failures in a row does it wait for?",
            "Look up the options of HEALTHCHECK and what they are without being given.",
        ),
    )
