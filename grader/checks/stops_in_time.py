"""The container ends by itself when it is asked to.

Looks at: the seconds between the stop signal and the end of a running container, and whether it had to be killed.
Why it matters: `docker stop` waits ten seconds and then kills. A program that does not get the signal, or does not
heed it, loses what it was doing, and each update takes ten seconds longer.
Loses the point:
    ENTRYPOINT while true; do /opt/app/server; done        (the shell gets the signal, not the server)
Earns it:
    ENTRYPOINT ["/opt/app/server"]
"""

from grader.checks import check
from grader.checks._text import line_of
from grader.model import Observation, Params, Stop, Verdict, failed, passed

KILLS = ("SIGKILL", "KILL", "9")
"""The signal that no program can heed, as STOPSIGNAL takes it."""


class Parameters(Params, frozen=True, kw_only=True):
    seconds: float = 5.0  # the most that it may take
    ready: str = ""  # what it prints when it is up; else it is given a second


def _stop(p: Parameters) -> Stop:
    return Stop(grace=p.seconds, ready=p.ready)


@check(practice="signals", needs=("builds", "answers_http"), probes=lambda p: [_stop(p)])
def stops_in_time(seen: Observation, p: Parameters) -> Verdict:
    stop = seen.of(_stop(p))
    signal = seen.built.config.stop_signal or "SIGTERM"
    heeded = signal.upper() not in KILLS
    if heeded and not stop.ended_before and not stop.killed:
        return passed(f"it ended {stop.took:.1f} s after {signal}, with exit code {stop.exit_code}")
    said = "\n".join(stop.output.strip().splitlines()[-8:])
    what = f"still running {stop.took:.1f} s after {signal}, and killed then"
    if not heeded:
        what = f"the image asks for {signal}, which ends a program at once and gives it no chance to heed it"
    if stop.ended_before:
        what = f"ended with exit code {stop.exit_code} before it was asked to\n{said}".rstrip()
    other = signal not in ("SIGTERM", "TERM", "15")
    return failed(
        line=line_of(seen, "STOPSIGNAL", "ENTRYPOINT", "CMD"),
        seen=what,
        expected=f"running until it is asked to stop, and ended at most {p.seconds:g} s after {signal}",
        hints=(
            "Which process is number 1 in the container, and does it heed the signal?",
            *((f"The image asks for {signal}: is that the signal on which the program ends?",) if other else ()),
            "Look up which process gets the signal of docker stop, for each form of ENTRYPOINT.",
        ),
    )
