"""What can be asked beyond the plain build, and what was seen: each question and its answer side by side."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

import msgspec

from grader.model.build import Build, Step
from grader.model.image import File

SeenT = TypeVar("SeenT", covariant=True)


class Probe(msgspec.Struct, Generic[SeenT], frozen=True, kw_only=True):
    """A question; equal questions are asked once."""


class RebuildSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The second build; `first_miss` is its first step that did not come from the cache."""

    build: Build
    first_miss: Step | None = None

    @property
    def ran(self) -> tuple[Step, ...]:
        """The steps that ran again."""
        return self.build.ran


class Rebuild(Probe[RebuildSeen], frozen=True, kw_only=True, tag=True):
    """Build again after a line was added to the file `edit` of the build context."""

    edit: str


class HttpSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The answer over HTTP, or why there was none.

    `status` is None when nothing answered in time; `exit_code` is set when the container ended; `output` is the end of
    its log; `waited` is the seconds until the answer.
    """

    status: int | None
    body: str = ""
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    waited: float = 0.0
    exit_code: int | None = None
    output: str = ""
    error: str = ""


class Http(Probe[HttpSeen], frozen=True, kw_only=True, tag=True):
    """Start the image as it is and ask for `path` at `port` until it answers."""

    port: int
    path: str = "/"


class RunSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What `docker run` came to; `exit_code` is None when it ran to the limit, `error` says why it never started."""

    exit_code: int | None
    stdout: str = ""
    stderr: str = ""
    took: float = 0.0
    error: str = ""


class Run(Probe[RunSeen], frozen=True, kw_only=True, tag=True):
    """Run the image with these arguments, environment, user and entrypoint (None: as the image has it)."""

    arguments: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    user: str | None = None
    entrypoint: str | None = None
    read_only: bool = False
    seconds: float = 10.0


class StopSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """How the container ended after its stop signal: after how many seconds, and whether it had to be killed."""

    took: float
    exit_code: int | None
    killed: bool
    ended_before: bool = False
    output: str = ""


class Stop(Probe[StopSeen], frozen=True, kw_only=True, tag=True):
    """Start the image, let it run for `after` seconds, send its stop signal and wait at most `grace` seconds."""

    after: float = 1.0
    grace: float = 5.0


class FilesSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The files that match, in the order of their paths; `contents` has the start of each regular one, if asked for."""

    files: tuple[File, ...] = ()
    contents: dict[str, str] = msgspec.field(default_factory=dict)

    def at(self, path: str) -> File | None:
        """The file at exactly this path, or None."""
        return next((file for file in self.files if file.path == path), None)


class Files(Probe[FilesSeen], frozen=True, kw_only=True, tag=True):
    """Facts of the image's files at these absolute paths (`*` and `**` as in a shell), without starting a container.

    With `follow`, a path without such signs shows what its symbolic links lead to, under the path that was asked for.
    """

    paths: tuple[str, ...]
    contents: bool = False
    follow: bool = False


class ContextSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The build context after .dockerignore: its files with their bytes, in the order of their paths."""

    files: dict[str, int] = msgspec.field(default_factory=dict)
    bytes: int = 0


class Context(Probe[ContextSeen], frozen=True, kw_only=True, tag=True):
    """List the build context."""


class Addition(msgspec.Struct, frozen=True, kw_only=True):
    """What one source of an ADD is: `source` with its variables expanded, `line` of the instruction.

    An `archive` is one that ADD unpacks; an `address` is fetched; the rest COPY brings as well.
    """

    line: int
    source: str
    kind: Literal["archive", "address", "file", "folder", "here-document", "missing"]


class AdditionsSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The sources of every ADD, in the order of the Dockerfile; a source with wildcards is one entry for each file."""

    sources: tuple[Addition, ...] = ()


class Additions(Probe[AdditionsSeen], frozen=True, kw_only=True, tag=True):
    """Look at what each ADD takes from the build context."""


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
    or why it never started.
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


class Health(Probe[HealthSeen], frozen=True, kw_only=True, tag=True):
    """Start the image, wait until it is healthy, run `breaks` in it and wait until it is unhealthy.

    `healthy` and `unhealthy` are the most seconds for each. Where the image's settings are quick enough for `unhealthy`
    it is waited for longer, so that a slow machine is not the image's fault.
    """

    breaks: tuple[str, ...]
    healthy: float = 4.0
    unhealthy: float = 1.0


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """One place in the image where the contents of a file of the build context are stored, under whatever name.

    `layer` counts from 0, the lowest; `shows` is False where a later layer hides it.
    """

    file: str
    path: str
    layer: int
    shows: bool = True


class StoredSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The places, from the lowest layer to the highest; `absent` names the files that the build context lacks."""

    copies: tuple[Copy, ...] = ()
    absent: tuple[str, ...] = ()


class Stored(Probe[StoredSeen], frozen=True, kw_only=True, tag=True):
    """Look through all layers of the image for these files of the build context, recognised by their contents."""

    files: tuple[str, ...]


class PlantedFile(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one planted file.

    `sent`: .dockerignore leaves it in the build context; `at` are the paths in the image that hold its contents, or a
    part of them; `hidden` says that a layer stores it and a later one hides it; `line` is where it came in, if known.
    """

    path: str
    sent: bool = False
    at: tuple[str, ...] = ()
    hidden: bool = False
    line: int | None = None


class PlantedSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The build with the planted files in its context; `context_bytes` is what .dockerignore left, `bytes` all of it.

    `largest` are the largest files that were left, with their bytes.
    """

    build: Build
    files: tuple[PlantedFile, ...] = ()
    bytes: int = 0
    context_bytes: int = 0
    largest: tuple[tuple[str, int], ...] = ()


class Planted(Probe[PlantedSeen], frozen=True, kw_only=True, tag=True):
    """Put files of these names and sizes in bytes into the build context, build again, and look where they end up.

    They hold what nothing else holds, so that they are found again under any name.
    """

    files: tuple[tuple[str, int], ...]


AnyProbe = Rebuild | Http | Run | Stop | Files | Context | Additions | Health | Stored | Planted
AnySeen = (
    RebuildSeen
    | HttpSeen
    | RunSeen
    | StopSeen
    | FilesSeen
    | ContextSeen
    | AdditionsSeen
    | HealthSeen
    | StoredSeen
    | PlantedSeen
)
