"""How long a container is waited for: a slow machine is not the learner's fault, so one that still works has longer."""

from __future__ import annotations

import time
from collections.abc import Callable

from grader.engine.containers import Container

FACTOR = 4.0
# A server that waits for requests uses less than this part of a processor; one that is still starting uses more.
BUSY = 0.02
SAMPLE = 0.5
PAUSE = 0.1


class Patience:
    """The time limit of a wait, in seconds; while the container works on, it is up to FACTOR times as long.

    `cpu_seconds` says how much processor time the container has used so far.
    """

    def __init__(
        self, seconds: float, cpu_seconds: Callable[[], float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit, self._cpu, self._clock = seconds, cpu_seconds, clock
        self._began = clock()
        self._sampled = self._began
        self._used = 0.0
        self._idle = False

    @property
    def passed(self) -> float:
        """The seconds since the wait began."""
        return self._clock() - self._began

    @property
    def free(self) -> float:
        """The seconds in which it will not be over whatever happens, and nothing has to be looked at."""
        return max(self._limit - 2 * SAMPLE - self.passed, 0.0)

    def over(self) -> bool:
        """Whether the wait has lasted long enough."""
        passed = self.passed
        if passed >= self._limit * FACTOR:
            return True
        if passed >= self._limit - 2 * SAMPLE and self._clock() - self._sampled >= SAMPLE:
            self._sample()
        return passed >= self._limit and self._idle

    def _sample(self) -> None:
        now, used = self._clock(), self._cpu()
        self._idle = used - self._used < BUSY * (now - self._sampled)
        self._sampled, self._used = now, used


def ended(container: Container, seconds: float) -> int | None:
    """The container's exit code when it ends within `seconds`, or longer while it works on; None when it does not."""
    patience = Patience(seconds, container.cpu_seconds)
    while (code := container.wait(max(patience.free, PAUSE))) is None and not patience.over():
        pass
    return code
