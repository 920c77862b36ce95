"""`start(…)`: a container that runs in the background, to look at, to signal and to stop."""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from typing import Any, Self
from urllib.request import urlopen

import msgspec

from grader.engine.sdk import answers
from labkit.errors import CellError
from labkit.images import Ran
from labkit.session import LABEL, the_session
from labkit.sizes import seconds as in_words
from labkit.tables import Table

LOOK_SECONDS = 0.1


class Stopped(msgspec.Struct, frozen=True, kw_only=True):
    """What `docker stop` came to: seconds until the end, the exit code (137: killed), and what was printed by then."""

    seconds: float
    exit_code: int
    printed: str

    def __repr__(self) -> str:
        return f"{self.printed.rstrip()}\n(stopped after {in_words(self.seconds)}, exit code {self.exit_code})"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a HEALTHCHECK: `seconds` from the start of watching, its exit code, and the health after it."""

    seconds: float
    exit_code: int
    failing: int
    health: str


class Health:
    """What `watch_health` saw: every run of the check, and the health at the end."""

    def __init__(self, looks: Sequence[Look], health: str) -> None:
        self.looks = tuple(looks)
        self.health = health

    def _table(self) -> Table:
        rows = [(in_words(look.seconds), look.exit_code, look.failing, look.health) for look in self.looks]
        return Table(("after", "exit code of the check", "failed in a row", "health"), rows)

    def __repr__(self) -> str:
        return repr(self._table())

    def _repr_html_(self) -> str:
        return self._table()._repr_html_()


class Started:
    """A container that was started; it goes with the lesson, or at the end of a `with`."""

    def __init__(self, id: str, command: str) -> None:
        self.id = id
        self.command = command
        self._seen: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def __repr__(self) -> str:
        return f"$ {self.command}\n{self.id[:12]}"

    @property
    def printed(self) -> str:
        """What its program has printed so far."""
        done = the_session().docker_run(["logs", self.id])
        return done.stdout + done.stderr

    @property
    def health(self) -> str:
        """`starting`, `healthy` or `unhealthy`; empty where the image has no HEALTHCHECK."""
        return str((self._state().get("Health") or {}).get("Status", ""))

    @property
    def volumes(self) -> dict[str, str]:
        """The volumes that it uses: the path in the container, and the volume's name."""
        mounts = self._inspect()["Mounts"]
        return {mount["Destination"]: mount["Name"] for mount in mounts if mount["Type"] == "volume"}

    def wait_for(self, words: str, seconds: float = 10.0) -> Self:
        """Come back when it has printed `words`; raises CellError after `seconds`."""
        end = time.monotonic() + seconds
        while words not in self.printed:
            if time.monotonic() > end:
                raise CellError(f"The container did not print '{words}' within {seconds:.0f} s.", self.printed)
            time.sleep(LOOK_SECONDS)
        return self

    def execute(self, *command: str) -> Ran:
        """`docker exec`: run a command in it; `watch_health` then looks at the checks from here on."""
        self._seen = {check["Start"] for check in (self._state().get("Health") or {}).get("Log") or []}
        done = the_session().docker_run(["exec", self.id, *command])
        return Ran(shlex.join(["docker", "exec", self.id[:12], *command]), done.returncode, done.stdout, done.stderr)

    def watch_health(self, until: str, seconds: float = 30.0) -> Health:
        """Look at each run of its HEALTHCHECK until its health is `until`; raises CellError after `seconds`."""
        began, looks = time.monotonic(), []
        while True:
            state = self._state().get("Health") or {}
            passed = time.monotonic() - began
            for check in state.get("Log") or []:
                if check["Start"] not in self._seen:
                    self._seen.add(check["Start"])
                    looks.append(_look(passed, check, state))
            if state.get("Status") == until:
                return Health(looks, until)
            if passed > seconds:
                raise CellError(
                    f"Its health was not '{until}' within {seconds:.0f} s: {state.get('Status') or 'none'}."
                )
            time.sleep(LOOK_SECONDS)

    def address(self, port: int) -> str:
        """Where `port` is published on this machine, `127.0.0.1:32768`; empty where it is not."""
        done = the_session().docker_run(["port", self.id, str(port)])
        first = done.stdout.partition("\n")[0].strip()
        return first.replace("0.0.0.0:", "127.0.0.1:")

    def fetch(self, port: int, seconds: float = 5.0) -> str:
        """The page that it serves at `port`, fetched from this machine; empty where the port is not published.

        Raises CellError when nothing answers within `seconds`.
        """
        address, end = self.address(port), time.monotonic() + seconds
        while address:
            try:
                with urlopen(f"http://{address}/", timeout=seconds) as answer:
                    return str(answer.read().decode("utf-8", "replace"))
            except OSError as error:
                if time.monotonic() > end:
                    raise CellError(f"Nothing answers at {address}: {error}", self.printed) from error
                time.sleep(LOOK_SECONDS)
        return ""

    def stop(self, seconds: int = 2) -> Stopped:
        """`docker stop`: send its stop signal, and kill it when it still runs after `seconds`."""
        began = time.monotonic()
        the_session().docker("stop", "-t", str(seconds), self.id)
        took = time.monotonic() - began
        return Stopped(seconds=took, exit_code=int(self._state()["ExitCode"]), printed=self.printed)

    def remove(self) -> None:
        """`docker rm --force --volumes`."""
        the_session().docker_run(["rm", "--force", "--volumes", self.id])

    def _state(self) -> dict[str, Any]:
        return dict(self._inspect()["State"])

    def _inspect(self) -> dict[str, Any]:
        with answers():
            return dict(the_session().engine.api.inspect_container(self.id))


def start(image: str, *arguments: str, options: Sequence[str] = ()) -> Started:
    """`docker run --detach OPTIONS IMAGE ARGUMENTS`; raises CellError when it does not start."""
    session = the_session()
    label = ["--label", f"{LABEL}={session.lesson}"] if session.lesson else []
    id = session.docker("run", "--detach", *label, *options, image, *arguments).split()[-1]
    return Started(id, shlex.join(["docker", "run", "--detach", *options, image, *arguments]))


def _look(passed: float, check: dict[str, Any], state: dict[str, Any]) -> Look:
    return Look(
        seconds=passed,
        exit_code=int(check["ExitCode"]),
        failing=int(state["FailingStreak"]),
        health=str(state["Status"]),
    )
