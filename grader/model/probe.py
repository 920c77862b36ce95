"""What can be asked beyond the plain build, and what was seen: each question and its answer side by side."""

from __future__ import annotations

from typing import Literal

import msgspec

from grader.model.build import Build, MissCause, Step
from grader.model.build_probe import BuildWith, BuildWithSeen
from grader.model.container_probe import (
    Health,
    HealthSeen,
    Http,
    HttpSeen,
    Published,
    PublishedSeen,
    Run,
    RunSeen,
    Stop,
    StopSeen,
    Tcp,
    TcpSeen,
    Volume,
    VolumeSeen,
)
from grader.model.files_probe import Files, FilesSeen, Rights, RightsSeen
from grader.model.question import Probe
from grader.model.tag_probe import Tagged, TaggedSeen


class RebuildSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The second build; `first_miss` is its first step that did not come from the cache, for these `causes`."""

    build: Build
    first_miss: Step | None = None
    causes: tuple[MissCause, ...] = ()

    @property
    def ran(self) -> tuple[Step, ...]:
        """The steps that ran again."""
        return self.build.ran


class Rebuild(Probe[RebuildSeen], frozen=True, kw_only=True, tag=True):
    """Build again after a line was added to the file `edit` of the build context."""

    edit: str


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


class ChildSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The build of the child, and what its run came to (None: there was nothing to run)."""

    build: Build
    run: RunSeen | None = None


class Child(Probe[ChildSeen], frozen=True, kw_only=True, tag=True):
    """Build the folder `context` of the exercise, whose Dockerfile starts FROM IMAGE, on this image, and run that."""

    context: str
    arguments: tuple[str, ...] = ()
    read_only: bool = True


class ProgramSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What the file is, links followed: `kind` is empty where there is no regular file at that path.

    For a program in ELF format, `interpreter` is the loader that it names (empty: it needs none, it is static) and
    `machine` the architecture as Go and Docker call it; for a script, `interpreter` is what its first line names.
    `failure` is what the build said where it was built for this and failed.
    """

    kind: Literal["", "elf", "script", "other"] = ""
    path: str = ""
    size: int = 0
    interpreter: str = ""
    machine: str = ""
    failure: str = ""


class Program(Probe[ProgramSeen], frozen=True, kw_only=True, tag=True):
    """Look at what kind of program the file at `path` is.

    With `lines`, these lines are put behind each FROM of the repository `after`, and what is built then is looked at.
    """

    path: str
    after: str = ""
    lines: tuple[str, ...] = ()


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A place where two images differ: a file's path, or a setting of the configuration such as `env`.

    `line` is the line that made the file's layer in the first image, where that is known.
    """

    place: str
    what: Literal["contents", "kind", "mode", "owner", "target", "added", "missing", "configuration", "day"]
    line: int | None = None


class ReproducedSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The second image beside the first one; `differences` lists at most 20 of `total`.

    A file is not compared by its time. One that has the day of the build in it is listed as `day`, as it will differ
    tomorrow.
    """

    build: Build
    differences: tuple[Difference, ...] = ()
    total: int = 0
    files: int = 0


class Reproduced(Probe[ReproducedSeen], frozen=True, kw_only=True, tag=True):
    """Build every step again, from a build context whose files have other times, and compare the two images."""


class SourceEditedSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The build after one line had been added to the source file `edit`; no file and no build where there is none.

    `first_miss` is its first step that did not come from the cache, for these `causes`.
    """

    edit: str = ""
    build: Build | None = None
    first_miss: Step | None = None
    causes: tuple[MissCause, ...] = ()


class SourceEdited(Probe[SourceEditedSeen], frozen=True, kw_only=True, tag=True):
    """Find a source file in the build context by itself, add a line to it, and build again."""


AnyProbe = (
    Rebuild
    | Http
    | Run
    | Stop
    | Files
    | Rights
    | Context
    | Additions
    | Health
    | Stored
    | Planted
    | Published
    | Volume
    | Child
    | BuildWith
    | Tagged
    | Program
    | Reproduced
    | SourceEdited
    | Tcp
)
AnySeen = (
    RebuildSeen
    | HttpSeen
    | RunSeen
    | StopSeen
    | FilesSeen
    | RightsSeen
    | ContextSeen
    | AdditionsSeen
    | HealthSeen
    | StoredSeen
    | PlantedSeen
    | PublishedSeen
    | VolumeSeen
    | ChildSeen
    | BuildWithSeen
    | TaggedSeen
    | ProgramSeen
    | ReproducedSeen
    | SourceEditedSeen
    | TcpSeen
)
