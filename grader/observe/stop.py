"""what the container does when it is told to stop."""

from __future__ import annotations

import contextlib
import signal
import time

from grader.engine.containers import Container
from grader.errors import InputError
from grader.model import NotObserved, Stop, StopSeen
from grader.observe.bench import Bench
from grader.observe.patience import PAUSE, Patience, ended

SHARES = "container"
LAST = True

LOG = 4_000
BY_GVISOR = (
    "it was ended by the signal itself; under gVisor that happens to every program, under Linux only to one that heeds "
    "the signal, so the two cannot be told apart here. The tier 'hardened' can tell."
)


def see(bench: Bench, probe: Stop) -> StopSeen:
    """Start, wait until it is up, send the stop signal, wait at most `grace` seconds, then kill.

    Both waits are longer while the container works on. Where a container of the image has answered already, it is up,
    and it is the one that is stopped. Raises NotObserved where gVisor has ended what Linux might not have.
    """
    seen, stop_signal = _seen(bench, probe)
    if bench.engine.gvisor and seen.exit_code == 128 + number(stop_signal):
        raise NotObserved(BY_GVISOR, machine=True)
    return seen


def number(name: str) -> int:
    """The number of a signal that is given by name or number, as in STOPSIGNAL; 0 where there is none of that name."""
    if name.isdecimal():
        return int(name)
    try:
        return signal.Signals["SIG" + name.upper().removeprefix("SIG")].value
    except KeyError:
        return 0


def _seen(bench: Bench, probe: Stop) -> tuple[StopSeen, str]:
    answering = None if probe.ready else bench.take_answering()
    if answering is not None:
        return _stopped(answering, answering.stop_signal(), probe.grace), answering.stop_signal()
    try:
        with bench.start(network="bridge") as container:
            code = _up(container, probe, bench.exercise.limits.run_seconds)
            if code is not None:
                output = container.logs(LOG)
                return StopSeen(took=0.0, exit_code=code, killed=False, ended_before=True, output=output), ""
            return _stopped(container, container.stop_signal(), probe.grace), container.stop_signal()
    except InputError as unstarted:
        return StopSeen(took=0.0, exit_code=None, killed=False, ended_before=True, output=unstarted.what), ""


def _up(container: Container, probe: Stop, limit: float) -> int | None:
    """Wait until it has printed what says that it is ready, or else for `after` seconds; its exit code if it ended."""
    if not probe.ready:
        return ended(container, probe.after)
    patience = Patience(limit, container.cpu_seconds)
    while probe.ready not in container.logs(LOG):
        code = container.wait(PAUSE)
        if code is not None or patience.over():
            return code
    return container.wait(0)


def _stopped(container: Container, stop_signal: str, grace: float) -> StopSeen:
    began = time.monotonic()
    with contextlib.suppress(InputError):  # where it has ended by itself just now
        container.signal(stop_signal)
    code = ended(container, grace)
    took = time.monotonic() - began
    if code is None:
        container.kill()
        return StopSeen(took=took, exit_code=container.wait(10.0), killed=True, output=container.logs(LOG))
    return StopSeen(took=took, exit_code=code, killed=False, output=container.logs(LOG))
