"""Images of an engine: saved and loaded as streams, named, listed, looked at, removed."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import IO, Any

import msgspec

from grader.engine import empty
from grader.engine.sdk import answers, close
from grader.errors import EngineError, ImageError, UsageError

PIECE = 1 << 18


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `docker history`, newest first as Docker gives it; `id` is empty where the engine does not know it."""

    id: str
    created_by: str
    bytes: int
    created: int
    tags: tuple[str, ...] = ()
    comment: str = ""


class _Answer(io.RawIOBase):
    """The body of an answer as a file; a connection that breaks raises EngineError."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with answers():
            data = self._answer.raw.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._answer.close()
        super().close()


@contextmanager
def opened(api: Any, path: str, parameters: Mapping[str, Any] | None = None) -> Iterator[IO[bytes]]:
    """The body of what the engine answers to GET `path`, as a file that is read forwards."""
    with answers():
        answer = api._get(api._url(path), params=parameters, stream=True)
        api._raise_for_status(answer)
    with io.BufferedReader(_Answer(answer), PIECE) as file:
        yield file


@contextmanager
def saved(api: Any, names: Sequence[str]) -> Iterator[IO[bytes]]:
    """The archive of these images, also of one that has no layer, as a file that is read forwards."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(opened(api, "/images/get", {"names": list(names)}))
        except EngineError as error:
            if len(names) != 1 or empty.SAID not in error.what:
                raise
            file = io.BytesIO(empty.archive(api, names[0]))
        yield file


def load(api: Any, archive: IO[bytes] | Iterable[bytes] | bytes) -> tuple[str, ...]:
    """Load an archive; the names of its images, or ids where they have none. ImageError when it is no archive."""
    names: list[str] = []
    with answers():
        for said in api.load_image(archive, quiet=True):
            if "error" in said:
                raise ImageError(f"The engine cannot load the archive: {said['error']}")
            lines = str(said.get("stream", "")).splitlines()
            names += [line.partition(": ")[2] for line in lines if line.startswith("Loaded image")]
    return tuple(names)


def import_(api: Any, archive: IO[bytes] | bytes, name: str, changes: Sequence[str]) -> str:
    """Make an image of one layer from a root file system as tar; its id. `changes` are instructions such as CMD."""
    repository, tag = name_and_tag(name) if name else ("", "")
    with answers():
        answer = api._post(
            api._url("/images/create"),
            data=archive,
            params={"fromSrc": "-", "repo": repository, "tag": tag, "changes": list(changes)},
            headers={"Content-Type": "application/tar"},
            timeout=600,
        )
        api._raise_for_status(answer)
        text = answer.text
    said = [json.loads(line) for line in text.splitlines() if line.strip()]
    if not said or "error" in said[-1]:
        raise ImageError(f"The engine cannot import the archive: {said[-1]['error'] if said else 'it said nothing'}")
    return str(said[-1]["status"])


def history(api: Any, image: str) -> tuple[Row, ...]:
    """The rows of its history, newest first."""
    with answers():
        rows = api.history(image)
    return tuple(
        Row(
            id="" if row["Id"] == "<missing>" else row["Id"],
            created_by=row["CreatedBy"],
            bytes=row["Size"],
            created=row["Created"],
            tags=tuple(row["Tags"] or ()),
            comment=row["Comment"] or "",
        )
        for row in rows
    )


def inspect(api: Any, image: str) -> dict[str, Any]:
    """What `docker image inspect` says; UsageError when there is no such image."""
    with answers():
        return dict(api.inspect_image(image))


def listed(api: Any, labels: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of the images that bear all `labels`."""
    with answers():
        return tuple(image["Id"] for image in api.images(filters={"label": as_filter(labels)}))


def named(api: Any, pattern: str) -> tuple[str, ...]:
    """The names of images, with their tags, whose repository matches a shell pattern."""
    with answers():
        found = api.images(filters={"reference": f"{pattern}:*"})
    return tuple(name for image in found for name in image["RepoTags"] or ())


def need(api: Any, names: Iterable[str]) -> None:
    """Raise EngineError where an image is gone that was there: `docker system prune` takes what no container uses."""
    for name in names:
        try:
            inspect(api, name)
        except UsageError as error:
            raise EngineError(
                f"The image {name} was removed from the engine in the middle of a grading.",
                "Try again; whoever shares the engine should not prune it meanwhile.",
            ) from error


def remove_image(api: Any, image: str, *, force: bool) -> None:
    """Remove an image; nothing happens when it is not there."""
    try:
        with answers():
            api.remove_image(image, force=force)
    except UsageError as error:
        if "No such image" not in error.what:
            raise


def remove_labelled(api: Any, labels: Mapping[str, str]) -> None:
    """Remove the containers, then the images, that bear all `labels`; an image that something else needs stays."""
    from grader.engine.containers import remove

    if not labels:
        raise UsageError("Without a label everything would be removed.")
    for container in containers(api, labels):
        remove(api, container)
    for image in listed(api, labels):
        with suppress(UsageError):
            remove_image(api, image, force=True)


def containers(api: Any, labels: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of the containers, running or not, that bear all `labels`."""
    with answers():
        found = api.containers(all=True, filters={"label": as_filter(labels)})
    return tuple(container["Id"] for container in found)


def events(api: Any, seconds: float, filters: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    """What happens in the engine during the next `seconds`, as it tells it."""
    now = time.time()
    with answers():
        stream = api.events(since=f"{now:.9f}", until=f"{now + seconds:.9f}", filters=dict(filters or {}), decode=True)
    return _told(stream)


def _told(stream: Any) -> Iterator[dict[str, Any]]:
    try:
        with answers():
            yield from stream
    finally:
        close(stream)


def as_filter(labels: Mapping[str, str]) -> list[str]:
    """Labels as the engine's filters take them."""
    return [f"{name}={value}" if value else name for name, value in labels.items()]


def name_and_tag(name: str) -> tuple[str, str]:
    """The repository and the tag of a name; the tag is `latest` where there is none."""
    repository, colon, tag = name.rpartition(":")
    return (repository, tag) if colon and "/" not in tag else (name, "latest")


def store(info: Mapping[str, Any]) -> str:
    """Which image store an engine has, by its own account: `containerd` or `graph`."""
    status = info.get("DriverStatus") or []
    if any("io.containerd.snapshotter" in str(value) for row in status for value in row):
        return "containerd"
    if not info.get("Driver"):
        raise EngineError("The engine does not say how it stores images.")
    return "graph"
