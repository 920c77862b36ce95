"""What can be asked of a container of the image, and what was seen: each question and its answer side by side."""

from __future__ import annotations

import msgspec

from grader.model.question import Probe


class HttpSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The answer over HTTP, or why there was none.

    `status` is None when nothing answered in time; `exit_code` is set when the container ended; `output` is the end of
    its log; `waited` is the seconds until the answer. `memory_bytes` is as in RunSeen.
    """

    status: int | None
    body: str = ""
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    waited: float = 0.0
    exit_code: int | None = None
    output: str = ""
    error: str = ""
    memory_bytes: int = 0


class Http(Probe[HttpSeen], frozen=True, kw_only=True, tag=True):
    """Start the image as it is and ask for `path` at `port` until it answers."""

    port: int
    path: str = "/"


class RunSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What `docker run` came to; `exit_code` is None when it ran to the limit, `error` says why it never started.

    `nonce` is what stood for `{nonce}`, and empty where nothing did. `memory_bytes` is the memory that the container
    had, where the kernel ended a program in it for using more; else 0.
    """

    exit_code: int | None
    stdout: str = ""
    stderr: str = ""
    took: float = 0.0
    error: str = ""
    nonce: str = ""
    memory_bytes: int = 0

    def put_in(self, text: str) -> str:
        """`text` as it was in this run."""
        return text.replace("{nonce}", self.nonce)


class Run(Probe[RunSeen], frozen=True, kw_only=True, tag=True):
    """Run the image with these arguments, environment, user and entrypoint (None: as the image has it).

    `{nonce}` in arguments and environment is a text of sixteen characters that no other run has. With more `starts`
    than one the same container is started again when it has ended; what it printed is told of all of them together,
    the exit code of the last.
    """

    arguments: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    user: str | None = None
    entrypoint: str | None = None
    read_only: bool = False
    seconds: float = 10.0
    starts: int = 1


class StopSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """How the container ended after its stop signal: after how many seconds, and whether it had to be killed."""

    took: float
    exit_code: int | None
    killed: bool
    ended_before: bool = False
    output: str = ""


class Stop(Probe[StopSeen], frozen=True, kw_only=True, tag=True):
    """Start the image, let it run for `after` seconds, send its stop signal and wait at most `grace` seconds.

    With `ready` the signal is sent as soon as that is in its log, instead of `after` a time.
    """

    after: float = 1.0
    grace: float = 5.0
    ready: str = ""


class HealthRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the health check; `exit_code` is -1 where it could not be run or took too long."""

    exit_code: int
    output: str = ""


class HealthSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """How the health of a container went.

    `healthy_after` is the seconds from its start, `unhealthy_after` those from when it was broken; None where it did
    not happen in time. `status` is the last one (empty: there is no health check), `waited` how long it was waited for.
    `runs` are those of the health check, oldest first. `break_exit_code` and `break_output` are of the command that
    breaks it (None: it was not run); `exit_code` is set when the container ended, and `output` is the end of its log,
    or why it never started. `fell` is set where it became unhealthy by itself, before it was broken,
    or where another one did that nobody broke.
    """

    status: str = ""
    healthy_after: float | None = None
    unhealthy_after: float | None = None
    waited: float = 0.0
    runs: tuple[HealthRun, ...] = ()
    break_exit_code: int | None = None
    break_output: str = ""
    exit_code: int | None = None
    output: str = ""
    fell: bool = False


class Health(Probe[HealthSeen], frozen=True, kw_only=True, tag=True):
    """Start the image, wait until it is healthy, run `breaks` in it and wait until it is unhealthy.

    `healthy` and `unhealthy` are the most seconds for each. Where the image's settings are quick enough for `unhealthy`
    it is waited for longer, so that a slow machine is not the image's fault.
    """

    breaks: tuple[str, ...]
    healthy: float = 4.0
    unhealthy: float = 1.0


class PublishedSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What answered at the port, as `docker run -P` publishes it; `published` are the ports that the image exposes."""

    published: tuple[str, ...] = ()
    answer: HttpSeen | None = None


class Published(Probe[PublishedSeen], frozen=True, kw_only=True, tag=True):
    """Publish every port that the image exposes, and ask for `path` at `port`, if that is among them."""

    port: int
    path: str = "/"


class VolumeSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The anonymous volumes of a container by their folders, and the start of each file of the one that was asked for.

    `mounted` says whether that one is among them; `error` says why the container never started.
    """

    folders: tuple[str, ...] = ()
    mounted: bool = False
    files: dict[str, str] = msgspec.field(default_factory=dict)
    error: str = ""


class Volume(Probe[VolumeSeen], frozen=True, kw_only=True, tag=True):
    """Start the image as it is, with nothing mounted by us, and look into the volume at `path`."""

    path: str


class TcpSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Which of the `exposed` ports took a connection, and which stayed `silent`, after `waited` seconds.

    Ports are as in the image's configuration, such as 80/tcp. `exit_code` is set when the container ended, and `output`
    is the end of its log; `error` says why it never started.
    """

    exposed: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    waited: float = 0.0
    exit_code: int | None = None
    output: str = ""
    error: str = ""


class Tcp(Probe[TcpSeen], frozen=True, kw_only=True, tag=True):
    """Connect from outside to every TCP port that the image exposes, whatever is spoken there; `seconds` long."""

    seconds: float = 5.0
