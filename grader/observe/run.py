"""a run of the image."""

from __future__ import annotations

import time

from grader.errors import InputError
from grader.model import Run, RunSeen
from grader.observe.bench import Bench
from grader.observe.patience import ended


def see(bench: Bench, probe: Run) -> RunSeen:
    """Run to the end, or to the probe's limit or the exercise's, whichever is less; longer while it works on.

    One that ends well and has printed nothing is run once more. An engine waits only two seconds for what a container
    that has ended still has to say (moby, daemon/monitor.go), and on a busy machine that was too short.
    """
    run = _once(bench, probe)
    silent = run.exit_code == 0 and not run.stdout and not run.stderr
    return _once(bench, probe) if silent else run


def _once(bench: Bench, probe: Run) -> RunSeen:
    began = time.monotonic()
    given = (*probe.arguments, *probe.environment)
    nonce = bench.nonce() if any("{nonce}" in text for text in given) else ""
    try:
        with bench.start(
            command=tuple(text.replace("{nonce}", nonce) for text in probe.arguments),
            environment=tuple(text.replace("{nonce}", nonce) for text in probe.environment),
            user=probe.user,
            entrypoint=probe.entrypoint,
            read_only=probe.read_only,
            network="none",
        ) as container:
            seconds = min(probe.seconds, bench.exercise.limits.run_seconds)
            code = ended(container, seconds)
            for _ in range(probe.starts - 1):
                if code is None:
                    break
                container.start_again()
                code = ended(container, seconds)
            stdout, stderr = container.outputs(16_000)
            return RunSeen(
                exit_code=code,
                stdout=stdout,
                stderr=stderr,
                took=time.monotonic() - began,
                nonce=nonce,
                memory_bytes=container.memory_met(),
            )
    except InputError as error:
        return RunSeen(exit_code=None, took=time.monotonic() - began, error=error.what, nonce=nonce)
