"""A container of ours: started with bounds, watched from outside, and removed with its volumes whatever happens."""

from __future__ import annotations

import contextlib
import re
import socket
import time
import uuid
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import msgspec

from grader.engine import copied
from grader.engine.clip import Clip
from grader.engine.executed import Executed, executed
from grader.engine.finished import finished
from grader.engine.places import Seal
from grader.engine.ports import connected, held
from grader.engine.printed import STDERR, STDOUT, printed
from grader.engine.running import RunRequest, configuration
from grader.engine.sayings import UNABLE
from grader.engine.sdk import answers
from grader.errors import EngineError, MachineError, UsageError

LOG_LIMIT = 1_000_000
MAKING = 10.0
"""Seconds that a container which is being made is waited for after an interruption."""

UNSTARTED = re.compile(r"unable to start container process: (?:exec: )?(.*)", re.DOTALL)
UNKNOWN = re.compile(
    r"(unable to find (?:user|group) .*|no matching entries in .*|OCI runtime create failed: .*"
    # In the words of gVisor.
    r"|failed to load [^:]*: (?:exec format error|permission denied|no such file or directory"
    r"|too many symbolic links).*)",
    re.DOTALL,
)
# What the engine puts into every container, with its place among the engine's own files, which are nobody's business.
MOUNTING = re.compile(r'.*error mounting "[^"]*" to rootfs at "([^"]*)".*', re.DOTALL)


class ContainerState(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine says of a container; `health` is empty where the image has no HEALTHCHECK."""

    status: str
    running: bool
    paused: bool
    exit_code: int | None
    out_of_memory: bool
    health: str = ""


class Stopped(msgspec.Struct, frozen=True, kw_only=True):
    """How a container ended after its stop signal: seconds until it did, exit code, and whether it had to be killed."""

    seconds: float
    exit_code: int | None
    killed: bool


class Container:
    """A container; it is started when its `with` block begins and is gone, with its volumes, when that ends.

    Beginning the block raises UsageError when the image is not there or its program cannot be started. The name is
    chosen here, so that it is found again even if we were interrupted while it was being made. `seal` tells where its
    ports are published, where that is not this machine's own network.
    """

    def __init__(self, api: Any, request: RunRequest, *, seal: Seal | None = None) -> None:
        self._api = api
        self._request = request
        self._seal = seal
        self.name = f"drydock-{uuid.uuid4().hex[:12]}"
        self.id = ""

    def __enter__(self) -> Self:
        try:
            asked = configuration(self._api, self._request)
            with answers():
                made = finished(lambda: self._api.create_container_from_config(asked, name=self.name), MAKING)
            self.id = made["Id"]
            _start(self._api, self.id)
        except BaseException:
            with contextlib.suppress(MachineError):
                self.remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.nullcontext() if kind is None else contextlib.suppress(MachineError):
            self.remove()

    def start_again(self) -> None:
        """Start it once more when it has ended, with the files that it wrote; UsageError as for the first time."""
        _start(self._api, self.id)

    def wait(self, seconds: float) -> int | None:
        """The exit code, waited for at most `seconds`; None when it is still running then."""
        from requests.exceptions import ConnectionError, ReadTimeout

        limit = time.monotonic() + seconds
        while True:
            left = limit - time.monotonic()
            if left > 0:
                with answers(), contextlib.suppress(ReadTimeout):
                    try:
                        self._api.wait(self.id, timeout=left)
                    except ConnectionError as error:
                        if "timed out" not in str(error).lower():
                            raise
            state = self.inspect()["State"]
            if not state["Running"]:
                return int(state["ExitCode"])
            if time.monotonic() >= limit:
                return None

    def logs(self, limit: int = LOG_LIMIT) -> str:
        """What it printed, at most `limit` characters of it: beginning and end."""
        clip = Clip(limit)
        printed(self._api, self.id, {STDOUT: clip, STDERR: clip})
        return clip.text()

    def outputs(self, limit: int = LOG_LIMIT) -> tuple[str, str]:
        """What it printed to its standard output and its standard error, at most `limit` characters of each."""
        clips = {STDOUT: Clip(limit), STDERR: Clip(limit)}
        printed(self._api, self.id, clips)
        return clips[STDOUT].text(), clips[STDERR].text()

    def state(self) -> ContainerState:
        """How it is."""
        state = self.inspect()["State"]
        return ContainerState(
            status=state["Status"],
            running=state["Running"],
            paused=state["Paused"],
            exit_code=None if state["Running"] else state["ExitCode"],
            out_of_memory=state["OOMKilled"],
            health=(state.get("Health") or {}).get("Status", ""),
        )

    def inspect(self) -> dict[str, Any]:
        """All that the engine knows of it."""
        with answers():
            return dict(self._api.inspect_container(self.id))

    def memory_met(self) -> int:
        """The bytes of memory that it has, where a program in it was ended for using more; else 0."""
        return self._request.memory_bytes if self.state().out_of_memory else 0

    def cpu_seconds(self) -> float:
        """The processor time that it has used so far; 0 once it has ended."""
        with answers():
            stats = self._api.stats(self.id, stream=False, one_shot=True)
        return float(stats["cpu_stats"]["cpu_usage"].get("total_usage", 0)) / 1e9

    def port(self, port: int) -> tuple[str, int]:
        """The address on this machine of the container's `port`; UsageError when it was not published."""
        bound = (self.inspect()["NetworkSettings"]["Ports"] or {}).get(f"{port}/tcp")
        if not bound:
            raise UsageError(f"Port {port} of the container is not published, or the container is not running.")
        return bound[0]["HostIp"] or "127.0.0.1", int(bound[0]["HostPort"])

    def connect(self, place: tuple[str, int], seconds: float) -> socket.socket:
        """A connection to a place as `port` gives it, made within `seconds`; OSError when nothing takes it."""
        return connected(self._seal, place, seconds)

    def listens(self, port: int, seconds: float) -> bool:
        """Whether something takes connections to the published `port`, and speaks or holds them for `seconds`.

        UsageError as for `port`.
        """
        return held(self._seal, self.port(port), seconds)

    def exec(
        self, command: Sequence[str], *, user: str = "", seconds: float = 10.0, limit: int = LOG_LIMIT
    ) -> Executed:
        """Run a command inside; what is still running after `seconds` is left to the container's end."""
        return executed(self._api, self.id, command, user, seconds, limit)

    def stop(self, grace: float, signal: str = "") -> Stopped:
        """Send its stop signal (or `signal`), wait at most `grace` seconds, then kill it."""
        running, signal = self.state().running, signal or self.stop_signal()
        began = time.monotonic()
        if running:
            with contextlib.suppress(UsageError):
                self.signal(signal)
        code = self.wait(grace)
        seconds = time.monotonic() - began
        if code is not None:
            return Stopped(seconds=seconds, exit_code=code, killed=False)
        self.kill()
        return Stopped(seconds=seconds, exit_code=self.wait(10.0), killed=True)

    def stop_signal(self) -> str:
        """The signal that `docker stop` sends to it first."""
        return str(self.inspect()["Config"].get("StopSignal") or "SIGTERM")

    def signal(self, name: str) -> None:
        """Send a signal to its first process; UsageError when it is not running."""
        with answers():
            self._api.kill(self.id, signal=name)

    def kill(self) -> None:
        """Kill it, paused or not; nothing happens when it has ended."""
        with contextlib.suppress(UsageError):
            self.signal("SIGKILL")

    def pause(self) -> None:
        """Freeze its processes."""
        with answers():
            self._api.pause(self.id)

    def unpause(self) -> None:
        """Let them go on."""
        with answers():
            self._api.unpause(self.id)

    def diff(self) -> tuple[tuple[str, str], ...]:
        """What it changed in its file system: pairs of "changed", "added" or "deleted", and a path."""
        with answers():
            changes = self._api.diff(self.id) or []
        return tuple((("changed", "added", "deleted")[change["Kind"]], change["Path"]) for change in changes)

    def contents(self, folder: str) -> dict[str, str]:
        """The regular files under `folder`, volumes included, by their path in it, with the start of each."""
        return copied.contents(self._api, self.id, folder)

    def top(self) -> tuple[str, ...]:
        """The command lines of its processes."""
        with answers():
            return tuple(row[-1] for row in self._api.top(self.id)["Processes"] or ())

    def remove(self) -> None:
        """Kill it and remove it with its anonymous volumes; nothing happens when it is gone."""
        remove(self._api, self.name)


def remove(api: Any, container: str) -> None:
    """Kill and remove a container with its anonymous volumes; nothing happens when it is not there."""
    limit = time.monotonic() + 10.0
    while True:
        try:
            with answers():
                api.remove_container(container, v=True, force=True)
            return
        except UsageError as error:
            # 409: another removal is under way; it is over when the engine says 404.
            if "No such container" in error.what:
                return
            if time.monotonic() > limit:
                raise EngineError(f"The container {container} cannot be removed: {error.what}") from error
            time.sleep(0.05)


def _start(api: Any, id: str) -> None:
    """Start it; UsageError when it is the image that is to blame: its program or its user is not there."""
    from docker.errors import APIError

    with answers():
        try:
            api.start(id)
        except APIError as error:
            text = str(error.explanation or "")
            said = UNSTARTED.search(text) or UNKNOWN.search(text)
            if said is None or UNABLE.search(text):
                raise
            why = MOUNTING.sub(r"what every container gets cannot be mounted at \1", said[1])
            why = why.removesuffix(": unknown").strip()
            raise UsageError(f"The container could not be started: {why}.") from error
