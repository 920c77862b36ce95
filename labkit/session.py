"""What one kernel has under way: its engine, its lesson, its builds; all of it ends with the kernel."""

from __future__ import annotations

import atexit
import os
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Protocol

from grader.errors import EngineError
from labkit.errors import CellError

if TYPE_CHECKING:
    from grader.engine.client import Engine
    from grader.engine.places import EngineAddress
    from grader.engine.registry import Registry
    from labkit.machines import Machine

LABEL = "drydock.lesson"
STOP_SECONDS = 10.0
# JupyterLab gives a kernel 2.5 s to end, and kills it after 5 s: what may take longer is left to _CLEAN.
END_SECONDS = 1.0
# Removes what a lesson made; it outlives the kernel. $0 is the client, $1 the lesson's number, $2 its name, $3 the
# label, $4 ids of images that had a name of the lesson's. With $5, builds are still ending: it looks a second time.
_CLEAN = """
clean() {
    made=$("$0" container ls --all --format '{{.ID}} {{.Names}} {{.Image}} {{.Label "'"$3"'"}}' |
        while read -r id name image lesson; do
            case "$name $image" in
                (lab$1-* | *" lab$1-"* | *" lab$1/"* | *" "*/lab$1/*) echo "$id" ;;
                (*) [ "$lesson" != "$2" ] || echo "$id" ;;
            esac
        done)
    [ -z "$made" ] || "$0" container rm --force --volumes $made
    made=$("$0" image ls --filter "reference=lab$1/*" --filter "reference=*/lab$1/*" \\
        --format '{{.Repository}} {{.Tag}} {{.Digest}}' |
        while read -r name tag digest; do
            if [ "$tag" = "<none>" ]; then echo "$name@$digest"; else echo "$name:$tag"; fi
        done)
    [ -z "$made" ] || "$0" image rm --force $made
    made=$("$0" image ls --quiet --filter dangling=true --filter "label=$3=$2")
    [ -z "$made" ] || "$0" image rm --force $made
    for image in $("$0" image ls --quiet --no-trunc --filter dangling=true); do
        short=$(printf %.12s "${image#sha256:}")
        case " $4 " in (*" $image "* | *" $short "*) "$0" image rm --force "$image" ;; esac
    done
}
clean "$@"
[ -z "$5" ] || { sleep 5; clean "$@"; }
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
        self.cell_began = datetime.now(UTC)
        self._running: list[Running] = []
        self._lock = threading.Lock()
        self._used = False
        self.named: set[str] = set()
        self.machine: Machine | None = None
        self.registry: Registry | None = None

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

    def answering(self) -> Engine:
        """The engine, which listens. Raises EngineError with what to do where it has stopped or there is none."""
        from grader.engine.sdk import reach

        engine = self.engine
        try:
            reach(engine.address)
        except EngineError as error:
            again = "run the first cell of this notebook again"
            raise EngineError(
                f"The engine has stopped: nothing answers at {engine.address.host}.",
                f"To start it, {again}. Then go on here."
                if engine.address.private
                else f"Start Docker, and {again}. Then go on here.",
            ) from error
        return engine

    def begin_anew(self) -> None:
        """An engine that has stopped is forgotten, and found or started when it is next asked for."""
        if "engine" in self.__dict__:
            try:
                self.answering()
            except EngineError:
                del self.__dict__["engine"]

    def docker(self, *arguments: str, seconds: float = 120.0, on: Machine | None = None) -> str:
        """What `docker ARGUMENTS` prints, of machine `on` or else of the lesson's own engine.

        Raises CellError with its last words when it fails.
        """
        done = self.docker_run(arguments, seconds, on)
        if done.returncode:
            raise CellError(f"docker {' '.join(arguments)}\n  {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def docker_run(
        self, arguments: Sequence[str], seconds: float = 120.0, on: Machine | None = None
    ) -> subprocess.CompletedProcess[str]:
        """As `docker_now`, when the builds that run are over."""
        self.answering()
        self.settle()
        return self.docker_now(arguments, seconds, on)

    def docker_now(
        self, arguments: Sequence[str], seconds: float = 120.0, on: Machine | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run the Docker client, whatever it comes to; raises EngineError when it takes too long or is not there."""
        address: EngineAddress = on.address if on else self.engine.address
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

    def note_named(self) -> None:
        """Remember the ids of the lesson's images: one that loses its name is still the lesson's."""
        self.named |= {row[1] for row in self._images()}

    def stop(self) -> None:
        """End all that runs, and wait for it."""
        self._stop_running(STOP_SECONDS)
        self._stop_machines()

    def _stop_running(self, seconds: float) -> bool:
        """End the builds and checks; whether they were over after at most `seconds`, all together."""
        with self._lock:
            running, self._running = self._running, []
        for work in running:
            work.cancel()
        end = time.monotonic() + seconds
        return all(work.ended(max(end - time.monotonic(), 0)) for work in running)

    def _stop_machines(self) -> None:
        if self.registry:
            self.registry.stop()
        if self.machine:
            self.machine.end()

    def remove_made(self) -> None:
        """Remove what the lesson made, its second machine with it; waits until all is gone.

        Its containers and images are those with its label, or with a name that begins with `labNN-` or `labNN/`.
        """
        if self.machine:
            self.machine.gone()
        self.machine = self.registry = None
        cleaning = self._clean()
        if cleaning:
            cleaning.wait()

    def end(self) -> None:
        """The kernel ends: so does everything it started; what it made is removed by a program that outlives it."""
        over = self._stop_running(END_SECONDS)
        with suppress(EngineError, OSError):
            self._clean(again=not over)
        self._stop_machines()

    def _clean(self, *, again: bool = False) -> subprocess.Popen[bytes] | None:
        """Begin to remove what the lesson made; `again` looks once more a little later."""
        if not self.lesson or not self._used:
            return None
        address, named = self.engine.address, " ".join(tuple(self.named))
        return subprocess.Popen(
            ["sh", "-c", _CLEAN, address.docker, self.short, self.lesson, LABEL, named, "again" if again else ""],
            env=address.environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _images(self) -> list[list[str]]:
        """The names and ids of the images with a name of the lesson's, under a registry's address too."""
        made = f"lab{self.short}/"
        like = [word for name in (f"{made}*", f"*/{made}*") for word in ("--filter", f"reference={name}")]
        return self._rows(["image", "ls", "--no-trunc", *like], "{{.Repository}}:{{.Tag}} {{.ID}}")

    def _rows(self, arguments: list[str], form: str) -> list[list[str]]:
        done = self.docker_now([*arguments, "--format", form], 20)
        return [line.split() for line in done.stdout.splitlines() if line.strip()]


@cache
def the_session() -> Session:
    """The session of this process, which ends with it."""
    session = Session()
    atexit.register(session.end)
    return session
