"""the container's health over time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from grader.engine.containers import Container
from grader.errors import InputError
from grader.model import Health, Healthcheck, HealthRun, HealthSeen
from grader.model.image import DEFAULT_INTERVAL
from grader.observe.bench import Bench

PAUSE = 0.1
PATIENCE = 4.0
SAID = 300


class _Watch:
    """One container, watched: its health now, and every run of the health check so far, each once."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self.status = ""
        self.ended = False
        self._runs: dict[str, HealthRun] = {}

    @property
    def runs(self) -> tuple[HealthRun, ...]:
        """The runs of the health check, oldest first."""
        return tuple(self._runs.values())

    def until(self, wanted: str, seconds: float) -> float | None:
        """The seconds until the health was `wanted`; None when it was not in that time, or the container ended."""
        began = time.monotonic()
        while not self.ended:
            self._look(self._container.inspect()["State"])
            waited = time.monotonic() - began
            if self.status == wanted:
                return waited
            if not self.status or waited >= seconds:
                return None
            time.sleep(PAUSE)
        return None

    def falls(self, seconds: float) -> bool:
        """Whether the next run of the health check, if there is one in that time, makes it unhealthy.

        A run that could not be made, or took too long, says more of the machine than of the image: False.
        """
        began, before = time.monotonic(), len(self.runs)
        while not self.ended and len(self.runs) == before and time.monotonic() - began < seconds:
            time.sleep(PAUSE)
            self._look(self._container.inspect()["State"])
        return self.status == "unhealthy" and self.runs[-1].exit_code > 0

    def has_fallen(self, seconds: float) -> bool:
        """Whether a run of the health check has made it unhealthy by now, or the next one does, as for `falls`."""
        self._look(self._container.inspect()["State"])
        if self.status == "unhealthy":
            return bool(self.runs) and self.runs[-1].exit_code > 0
        return self.falls(seconds)

    def _look(self, state: Mapping[str, Any]) -> None:
        health = state.get("Health") or {}
        self.status, self.ended = health.get("Status", ""), not state["Running"]
        # The engine keeps only the last five.
        for run in health.get("Log") or ():
            self._runs[run["Start"]] = HealthRun(exit_code=run["ExitCode"], output=str(run["Output"]).strip()[:SAID])


def see(bench: Bench, probe: Health) -> HealthSeen:
    """Wait until it is healthy, and stays so once more; run the command that breaks it; wait until it is unhealthy.

    Another container is left alone meanwhile: a check that falls there too counts or waits, and asks no program.
    """
    check = bench.image.config.healthcheck or Healthcheck()
    try:
        # The other one is started first, so that it is never behind.
        with (
            bench.start(network="bridge", health=True) as alone,
            bench.start(network="bridge", health=True) as container,
        ):
            return _watched(container, alone, probe, check)
    except InputError as unstarted:
        return HealthSeen(output=unstarted.what)


def _watched(container: Container, alone: Container, probe: Health, check: Healthcheck) -> HealthSeen:
    watch = _Watch(container)
    hopeless = (check.interval or DEFAULT_INTERVAL) > probe.healthy
    waited = probe.unhealthy if hopeless else probe.healthy
    healthy = watch.until("healthy", waited)
    unhealthy, broke, said = None, None, ""
    quick = check.detects_after <= probe.unhealthy
    fell = healthy is not None and quick and watch.falls(probe.unhealthy * PATIENCE)
    if healthy is not None and not fell:
        done = container.exec(probe.breaks, seconds=5.0, limit=SAID)
        broke, said = done.exit_code, (done.stderr or done.stdout).strip()
        waited = probe.unhealthy * (PATIENCE if quick else 1.0)
        # The code is the image's own word and earns nothing: it begins the wait for what the engine says of the health.
        if broke == 0:
            unhealthy = watch.until("unhealthy", waited)
            fell = unhealthy is not None and _Watch(alone).has_fallen(probe.unhealthy * PATIENCE)
    code = container.wait(0)
    return HealthSeen(
        status=watch.status,
        healthy_after=healthy,
        unhealthy_after=unhealthy,
        waited=waited,
        runs=watch.runs,
        break_exit_code=broke,
        break_output=said,
        exit_code=code,
        output=container.logs(4_000),
        fell=fell,
    )
