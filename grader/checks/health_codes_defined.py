"""The health check ends with 0 or 1.

Looks at: the exit codes of the health check's runs in a container, before and after the program was made to fail.
Why it matters: 0 means healthy and 1 unhealthy; 2 is reserved and the others mean nothing that is written down. A
command that ends with its own code is to be translated.
Loses the point:
    HEALTHCHECK CMD beacon status        (ends with 3 when the lamp is out)
Earns it:
    HEALTHCHECK CMD beacon status || exit 1
"""

from grader.checks import check
from grader.checks._text import line_of
from grader.model import Health, Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    breaks: tuple[str, ...]  # as for becomes_healthy_and_unhealthy
    healthy: float  # as there
    unhealthy: float  # as there


def _health(p: Parameters) -> Health:
    return Health(breaks=p.breaks, healthy=p.healthy, unhealthy=p.unhealthy)


@check(
    practice="health",
    needs=("builds", "becomes_healthy_and_unhealthy"),
    probes=lambda p: [_health(p)],
)
def health_codes_defined(seen: Observation, p: Parameters) -> Verdict:
    runs = seen.of(_health(p)).runs
    codes = sorted({run.exit_code for run in runs})
    shown = " and ".join(map(str, codes))
    if codes and set(codes) <= {0, 1}:
        return passed(f"{len(runs)} runs ended with exit code {shown}")
    late = ", where -1 means that it could not be run or took too long" if -1 in codes else ""
    return failed(
        line=line_of(seen, "HEALTHCHECK"),
        seen=f"{len(runs)} runs of the health check ended with exit code {shown}{late}",
        expected="0 when it works, and 1 when it does not",
        hints=(
            "Which exit code does the command give when the program has failed?",
            "Look up which exit codes HEALTHCHECK defines, and how a shell turns one into another.",
        ),
    )
