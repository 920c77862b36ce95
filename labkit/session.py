"""What one kernel has under way: its engine, its lesson, its builds; all of it ends with the kernel."""

from __future__ import annotations

import atexit
import os
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache, cached_property
from typing import TYPE_CHECKING, Protocol

from grader.errors import EngineError
from labkit.errors import CellError

if TYPE_CHECKING:
    from grader.engine.client import Engine

LABEL = "drydock.lesson"
END_SECONDS = 10.0
# $0 is the client, $1 the lesson's label, $2 containers, $3 names of images. JupyterLab kills a kernel that takes more
# than 5 s to end, and removing the images of a whole lesson can.
_CLEAN = """
[ -z "$2" ] || "$0" container rm --force --volumes $2
[ -z "$3" ] || "$0" image rm --force $3
left=$("$0" image ls --quiet --filter dangling=true --filter "label=$1")
[ -z "$left" ] || "$0" image rm --force $left
"""


class Running(Protocol):
    """Something that can be ended early and waited for."""

    def cancel(self) -> None: ...

    def ended(self, seconds: float) -> bool: ...

    def settle(self) -> None: ...


class Session:
    """One kernel's share of the engine; `the_session()` gives it."""

    def __init__(self) -> None:
        self.lesson = ""
        self._running: list[Running] = []
        self._lock = threading.Lock()
        self._used = False

    @cached_property
    def engine(self) -> Engine:
        """The engine, found or started; afterwards `!docker` in a cell reaches the same one.

        Raises EngineError with what to do where there is none.
        """
        from grader.engine.client import Engine
        from grader.engine.find import find_or_start
        from grader.engine.places import Places

        address = find_or_start(Places.from_environment(os.environ), os.environ, print)
        os.environ.update(address.environment(os.environ))
        self._used = True
        return Engine(address)

    def docker(self, *arguments: str, seconds: float = 120.0) -> str:
        """What `docker ARGUMENTS` prints; raises CellError with its last words when it fails."""
        done = self.docker_run(arguments, seconds)
        if done.returncode:
            raise CellError(f"docker {' '.join(arguments)}\n  {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def docker_run(self, arguments: Sequence[str], seconds: float = 120.0) -> subprocess.CompletedProcess[str]:
        """Run the Docker client, whatever it comes to; raises EngineError when it takes too long or is not there."""
        address = self.engine.address
        self.settle()
        try:
            return subprocess.run(
                [address.docker, *arguments],
                env=address.environment(os.environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="backslashreplace",
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise EngineError(f"docker {arguments[0]} was not done after {seconds:.0f} s.") from error
        except OSError as error:
            raise EngineError(f"{address.docker} cannot be run: {error.strerror}.") from error

    @property
    def short(self) -> str:
        """The lesson's number, as in the names of its images: `02`; empty before `%lesson`."""
        return self.lesson.partition("-")[0]

    def began(self, work: Running) -> None:
        """`work` runs, and has to end when the kernel does."""
        with self._lock:
            self._running = [other for other in self._running if not other.ended(0)] + [work]

    def settle(self) -> None:
        """Wait for the builds that run; interrupting the kernel cancels them."""
        with self._lock:
            running = list(self._running)
        for work in running:
            work.settle()

    def stop(self) -> None:
        """End all that runs."""
        with self._lock:
            running, self._running = self._running, []
        for work in running:
            work.cancel()
        for work in running:
            work.ended(END_SECONDS)

    def remove_made(self) -> None:
        """Remove the lesson's containers and images: its label, or a name under `labNN/`; waits until they are gone."""
        cleaning = self._clean()
        if cleaning:
            cleaning.wait()

    def end(self) -> None:
        """The kernel ends: so does everything it started; what it made is removed by a program that outlives it."""
        self.stop()
        with suppress(EngineError):
            self._clean()

    def _clean(self) -> subprocess.Popen[bytes] | None:
        if not self.lesson or not self._used:
            return None
        address, label = self.engine.address, f"{LABEL}={self.lesson}"
        made = f"lab{self.short}/"
        everyone = self._rows(["container", "ls", "--all"], '{{.ID}} {{.Image}} {{.Label "drydock.lesson"}}')
        containers = [row[0] for row in everyone if row[1].startswith(made) or row[-1] == self.lesson]
        rows = self._rows(["image", "ls", "--filter", f"reference={made}*"], "{{.Repository}}:{{.Tag}}")
        names = [row[0] for row in rows if "<none>" not in row[0]]
        return subprocess.Popen(
            ["sh", "-c", _CLEAN, address.docker, label, " ".join(containers), " ".join(names)],
            env=address.environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _rows(self, arguments: list[str], form: str) -> list[list[str]]:
        done = self.docker_run([*arguments, "--format", form], 20)
        return [line.split() for line in done.stdout.splitlines() if line.strip()]


@cache
def the_session() -> Session:
    """The session of this process, which ends with it."""
    session = Session()
    atexit.register(session.end)
    return session
