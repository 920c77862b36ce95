"""How a container is told to stop: here one that is made of what the engine would say."""

import pytest

from grader.engine.containers import Container
from grader.errors import UsageError
from grader.model import Stop
from grader.observe import stop


class Told(Container):
    """A container that ends after `ends` waits (None: never), prints `log` line by line, and heeds some signals."""

    def __init__(self, *, ends: int | None = None, log: tuple[str, ...] = (), heeds: tuple[str, ...] = ()) -> None:
        self._ends, self._log, self._heeds = ends, list(log), heeds
        self._shown = ""
        self.got: list[str] = []

    def wait(self, seconds: float) -> int | None:  # noqa: ARG002 - no time passes here
        if self._ends is not None:
            self._ends -= 1
        if self.got and self.got[-1] in (*self._heeds, "SIGKILL"):
            return 137 if self.got[-1] == "SIGKILL" else 0
        return 3 if self._ends is not None and self._ends < 0 else None

    def logs(self, limit: int = 0, *, stdout: bool = True, stderr: bool = True) -> str:  # noqa: ARG002
        self._shown += self._log.pop(0) if self._log else ""
        return self._shown

    def signal(self, name: str) -> None:
        if self._ends is not None and self._ends < 0:
            raise UsageError("The container is not running.")
        self.got.append(name)

    def cpu_seconds(self) -> float:
        return 0.0


def test_the_signal_waits_for_what_says_that_it_is_up() -> None:
    container = Told(log=("starting\n", "loading\n", "lit\n"))
    assert stop._up(container, Stop(ready="lit", after=60.0), 5.0) is None
    assert "lit" in container.logs()


def test_it_is_not_waited_for_longer_than_the_limit() -> None:
    assert stop._up(Told(log=("starting\n",)), Stop(ready="lit"), 0.2) is None


@pytest.mark.parametrize("ready", ["", "lit"])
def test_one_that_ends_before_is_seen(ready: str) -> None:
    assert stop._up(Told(ends=3), Stop(ready=ready, after=1.0), 5.0) == 3


def test_one_that_heeds_the_signal_ends() -> None:
    container = Told(heeds=("SIGUSR1",))
    seen = stop._stopped(container, "SIGUSR1", 1.0)
    assert (seen.exit_code, seen.killed, container.got) == (0, False, ["SIGUSR1"])


def test_one_that_does_not_is_killed() -> None:
    container = Told(heeds=("SIGUSR1",))
    seen = stop._stopped(container, "SIGTERM", 0.2)
    assert (seen.exit_code, seen.killed, container.got) == (137, True, ["SIGTERM", "SIGKILL"])
    assert seen.took >= 0.2


def test_one_that_ended_in_the_meantime_was_not_killed() -> None:
    seen = stop._stopped(Told(ends=-1), "SIGTERM", 1.0)
    assert (seen.exit_code, seen.killed) == (3, False)


@pytest.mark.parametrize(
    ("name", "number"), [("SIGTERM", 15), ("TERM", 15), ("sigusr1", 10), ("9", 9), ("SIGNONE", 0), ("", 0)]
)
def test_the_number_of_a_signal(name: str, number: int) -> None:
    assert stop.number(name) == number
