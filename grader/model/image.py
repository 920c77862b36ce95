"""A built image as values: configuration, history, and what each layer did to the files; bounded, so it is JSON."""

from __future__ import annotations

from typing import Literal

import msgspec

FileKind = Literal["file", "folder", "link", "device", "fifo"]

ChangeKind = Literal[
    "added", "contents", "mode", "owner", "attributes", "time", "same", "replaced", "deleted", "opaque"
]


# Docker's own, where HEALTHCHECK says nothing.
DEFAULT_INTERVAL, DEFAULT_RETRIES = 30.0, 3


class Healthcheck(msgspec.Struct, frozen=True, kw_only=True):
    """HEALTHCHECK: `test` as the image keeps it (`("CMD-SHELL", "curl …")`), times in seconds (0: the default)."""

    test: tuple[str, ...] = ()
    interval: float = 0.0
    timeout: float = 0.0
    start_period: float = 0.0
    start_interval: float = 0.0
    retries: int = 0

    @property
    def detects_after(self) -> float:
        """The seconds of waiting between a failure and `unhealthy`, by these settings or Docker's own."""
        return (self.interval or DEFAULT_INTERVAL) * (self.retries or DEFAULT_RETRIES)


class ImageConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What the image says about how it is to be run; `created` is the text of the configuration (RFC 3339)."""

    user: str = ""
    env: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    workdir: str = ""
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    exposed_ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    healthcheck: Healthcheck | None = None
    stop_signal: str = ""
    shell: tuple[str, ...] = ()
    onbuild: tuple[str, ...] = ()
    architecture: str = ""
    os: str = ""
    author: str = ""
    created: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """`env` as name -> value; a later setting of the same name wins."""
        return {name: value for name, _, value in (entry.partition("=") for entry in self.env)}


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `docker history`, oldest first; `layer` is the index of the layer that it made (None: it made none)."""

    created_by: str = ""
    comment: str = ""
    created: str = ""
    empty_layer: bool = False
    layer: int | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a layer did to one path.

    `kind` is the weightiest difference, in this order: `replaced` (another kind of file), `contents`, `owner`, `mode`,
    `attributes` (extended ones, such as capabilities), `time`, `same` (written again with nothing changed); or `added`,
    `deleted`, `opaque` (a folder whose former contents the layer hides). `size` is in bytes: what the layer stores
    for the path, for `deleted` and `opaque` what it hides; `files` is how many files (folders not counted) that
    concerns. Modes are permission bits; owners are (uid, gid). `before` is None where there was nothing, the other is
    None for what is gone.
    """

    path: str
    kind: ChangeKind
    size: int = 0
    files: int = 1
    mode_before: int | None = None
    mode: int | None = None
    owner_before: tuple[int, int] | None = None
    owner: tuple[int, int] | None = None


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many files (folders not counted), and their bytes."""

    files: int = 0
    bytes: int = 0


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One layer; the tallies are exact and total, `changes` lists at most CHANGES_LISTED of them.

    `line` is the line of the Dockerfile that made it (None: the base image brought it, or that is not known).

    `size` is in bytes of file contents: each hard-linked file once, holes of sparse files as if they were filled;
    folders, links and whiteouts are nothing. That is what `docker history` says of a layer that BuildKit made in a
    graph-driver store; of one that the classic builder, `docker import` or `docker load` made it says the lengths of
    the symbolic links' targets more; a containerd store counts blocks on its disk. `changed` counts files that were
    there before; its bytes are what this layer stores for them. `deleted` counts files that are gone after the layer.
    `changes` has changed and deleted paths first, then added ones, each from the largest to the smallest.
    """

    diff_id: str
    created_by: str = ""
    line: int | None = None
    size: int = 0
    added: Tally = Tally()
    changed: Tally = Tally()
    deleted: Tally = Tally()
    changes: tuple[Change, ...] = ()
    changes_total: int = 0


class Waste(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that the image carries and nobody can see: a file of layer `added_in` that layer `hidden_in` hides."""

    path: str
    bytes: int
    added_in: int
    hidden_in: int


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """An image as its archive shows it.

    `id` is the digest of the configuration; `size` is the sum of the layers' sizes, in bytes. `wasted_bytes` is the
    exact total of what is stored and no longer shows, so `size - wasted_bytes` is what the files of the image come
    to; `wasted` lists the largest of it, at most CHANGES_LISTED, and `wasted_of` says how much of it each layer holds.
    `file_count` leaves folders out.
    """

    id: str
    tags: tuple[str, ...] = ()
    config: ImageConfig = ImageConfig()
    size: int = 0
    history: tuple[HistoryRow, ...] = ()
    layers: tuple[Layer, ...] = ()
    wasted: tuple[Waste, ...] = ()
    wasted_total: int = 0
    wasted_bytes: int = 0
    wasted_of: tuple[int, ...] = ()
    file_count: int = 0


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A path of the final file system.

    `size` is in bytes of contents (0 for all but files), `mode` the permission bits, `target` a symbolic link's
    text, `hard_link` the first path of the same file where there are several and this is not the first, `sha256` of
    the contents in hexadecimal (empty for all but files), `layer` the index of the layer that last wrote it (-1: a
    folder that no layer names), `modified` seconds since 1970.
    """

    path: str
    kind: FileKind
    size: int = 0
    mode: int = 0
    uid: int = 0
    gid: int = 0
    target: str = ""
    hard_link: str = ""
    sha256: str = ""
    layer: int = -1
    modified: int = 0


CHANGES_LISTED = 200
