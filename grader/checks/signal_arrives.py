"""The program gets the signal that it understands when the container is stopped.

Looks at: what the container prints, and how it ends, when `docker stop` sends it the image's stop signal.
Why it matters: without anything said Docker sends SIGTERM, and to process 1 only. A program that ends in good order at
another signal loses its work, and one behind a shell that stays in front never hears of it and is killed.
Loses the point:
    ENTRYPOINT ["sh", "-c", "beacon; echo over"]        (the shell gets the signal, and the program does not)
Earns it:
    STOPSIGNAL SIGUSR1
    ENTRYPOINT ["beacon"]
"""

from grader.checks import check
from grader.checks._text import line_of
from grader.model import Observation, Params, Stop, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    output: str  # a piece of what the program prints when it has got the right signal
    seconds: float = 3.0  # the most that its end may take
    ready: str = ""  # what it prints when it is up; else it is given a second


def _stop(p: Parameters) -> Stop:
    return Stop(grace=p.seconds, ready=p.ready)


@check(practice="signals", probes=lambda p: [_stop(p)])
def signal_arrives(seen: Observation, p: Parameters) -> Verdict:
    stop = seen.of(_stop(p))
    signal = seen.built.config.stop_signal or "SIGTERM"
    if p.output in stop.output and not stop.killed and not stop.ended_before:
        return passed(f"{signal} was sent, and the program printed: {p.output}")
    log = "\n".join(stop.output.strip().splitlines()[-8:]) or "it printed nothing"
    what = f"{signal} was sent, and the container ended {stop.took:.1f} s later with exit code {stop.exit_code}"
    if stop.ended_before:
        what = f"it ended with exit code {stop.exit_code} before it was told to stop"
    elif stop.killed:
        what = f"{signal} was sent, and the container was still running {stop.took:.1f} s later, and killed then"
    start = stop.killed or stop.ended_before
    return failed(
        line=line_of(seen, *(("ENTRYPOINT", "CMD", "STOPSIGNAL") if start else ("STOPSIGNAL", "ENTRYPOINT", "CMD"))),
        seen=f"{what}\n{log}",
        expected=f"at most {p.seconds:g} s, and in the log: {p.output}",
        hints=(
            "Which signal does the program wait for, and which one does docker stop send?",
            "Which process is number 1 in the container?",
            "Look up STOPSIGNAL, and what a shell script does with a signal while it waits for a program.",
        ),
    )
