"""what the container does when it is told to stop."""

from __future__ import annotations

import contextlib
import time

from grader.engine.containers import Container
from grader.errors import InputError
from grader.model import Stop, StopSeen
from grader.observe.bench import Bench
from grader.observe.patience import PAUSE, Patience, ended

SHARES = "container"
LAST = True

LOG = 4_000


def see(bench: Bench, probe: Stop) -> StopSeen:
    """Start, wait until it is up, send the stop signal, wait at most `grace` seconds, then kill.

    Both waits are longer while the container works on. Where a container of the image has answered already, it is up,
    and it is the one that is stopped.
    """
    answering = None if probe.ready else bench.take_answering()
    if answering is not None:
        return _stopped(answering, answering.stop_signal(), probe.grace)
    try:
        with bench.start(network="bridge") as container:
            code = _up(container, probe, bench.exercise.limits.run_seconds)
            if code is not None:
                return StopSeen(took=0.0, exit_code=code, killed=False, ended_before=True, output=container.logs(LOG))
            return _stopped(container, container.stop_signal(), probe.grace)
    except InputError as unstarted:
        return StopSeen(took=0.0, exit_code=None, killed=False, ended_before=True, output=unstarted.what)


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


def _stopped(container: Container, signal: str, grace: float) -> StopSeen:
    began = time.monotonic()
    with contextlib.suppress(InputError):  # where it has ended by itself just now
        container.signal(signal)
    code = ended(container, grace)
    took = time.monotonic() - began
    if code is None:
        container.kill()
        return StopSeen(took=took, exit_code=container.wait(10.0), killed=True, output=container.logs(LOG))
    return StopSeen(took=took, exit_code=code, killed=False, output=container.logs(LOG))
