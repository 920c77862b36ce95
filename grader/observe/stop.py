"""what the container does when it is told to stop."""

from __future__ import annotations

from grader.errors import InputError
from grader.model import Stop, StopSeen
from grader.observe.bench import Bench


def see(bench: Bench, probe: Stop) -> StopSeen:
    """Start, wait `after` seconds, send the stop signal, wait at most `grace` seconds, then kill."""
    try:
        with bench.start(network="bridge") as container:
            code = container.wait(probe.after)
            if code is not None:
                return StopSeen(took=0.0, exit_code=code, killed=False, ended_before=True, output=container.logs(4_000))
            stopped = container.stop(probe.grace)
            return StopSeen(
                took=stopped.seconds, exit_code=stopped.exit_code, killed=stopped.killed, output=container.logs(4_000)
            )
    except InputError as unstarted:
        return StopSeen(took=0.0, exit_code=None, killed=False, ended_before=True, output=unstarted.what)
