"""A build by BuildKit: `docker buildx build`, watched through its rawjson stream."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from grader.engine.failure import Said, ended_by_us, failure
from grader.engine.follow import Ended, follow
from grader.engine.lines import with_lines
from grader.engine.met import Met, watched
from grader.engine.places import EngineAddress
from grader.engine.policy import source_policy
from grader.engine.progress import Progress
from grader.engine.rawjson import Frame, Reader
from grader.engine.room import room_of
from grader.engine.sdk import connect
from grader.errors import EngineError
from grader.model.build import Build, BuildEvent, BuildFailure
from grader.model.dockerfile import Dockerfile
from grader.model.reading import from_json

Network = Literal["none", "default"]

FLOOD = 50
METADATA = "metadata.json"
ANSWER = 20.0
"""Seconds in which an engine answers whose build came to its time limit; one that hangs is no fault of the build."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What to build: see `Engine.build`, whose arguments these are."""

    context: Path
    dockerfile: str | bytes = "Dockerfile"
    dockerfile_name: str = "Dockerfile"
    tags: tuple[str, ...] = ()
    build_args: Mapping[str, str] = msgspec.field(default_factory=dict)
    secrets: Mapping[str, bytes] = msgspec.field(default_factory=dict)
    target: str = ""
    no_cache: bool = False
    unique: str = ""
    network: Network = "none"
    labels: Mapping[str, str] = msgspec.field(default_factory=dict)
    ulimits: Sequence[str] = ()
    allowed_bases: Sequence[str] | None = None
    seconds: float = 300.0
    output_bytes: int = 1_000_000
    lines: Dockerfile | None = None


class _Metadata(msgspec.Struct, frozen=True):
    digest: str = msgspec.field(name="containerimage.digest")


def build(
    address: EngineAddress,
    request: Request,
    on_event: Callable[[BuildEvent], None] | None,
    cancel: threading.Event | None,
) -> Build:
    """Build with BuildKit; what comes of it is a value, also when it fails.

    Raises EngineError when the engine or its client is at fault, a client that was killed and an engine that hangs
    among them; DiskFullError when a disk is.
    """
    began = time.monotonic()
    progress = Progress(request.output_bytes)
    reader = Reader()

    def heard(items: list[Frame | str]) -> None:
        for item in items:
            for event in progress.take(item):
                if on_event is not None:
                    on_event(event)

    def take(piece: bytes) -> bool:
        heard(reader.feed(piece))
        return progress.printed <= FLOOD * request.output_bytes

    with tempfile.TemporaryDirectory(prefix="drydock-build-") as temporary:
        folder = Path(temporary)
        env = environment(address, request, folder)
        command = [*address.buildx, *arguments(request, folder)]
        watch = watched(address)
        try:
            with watch:
                ended, code = follow(command, env=env, folder=folder, seconds=request.seconds, take=take, cancel=cancel)
        except OSError as error:
            raise EngineError(f"The Docker client {command[0]} cannot be run: {error.strerror}.") from error
        heard(reader.end())
        if ended == "exited" and code < 0:
            raise EngineError(f"The Docker client was killed (signal {-code}) in the middle of a build.", "Try again.")
        if ended == "time" and watch.met().cause() is None:
            connect(address, ANSWER).close()
        image = _image(folder / METADATA)
    good = ended == "exited" and code == 0 and bool(image)
    steps = progress.steps(whole=good)
    if request.lines is not None:
        steps = with_lines(steps, request.lines)
    met = watch.met()
    why = met.hidden(steps) if good else _failure(address, request, progress, ended, met)
    return Build(
        builder="buildkit",
        image=image if why is None else "",
        steps=steps,
        seconds=time.monotonic() - began,
        context_bytes=progress.context_bytes,
        remarks=tuple(progress.remarks),
        failure=why,
    )


def arguments(request: Request, folder: Path, *more: str) -> list[str]:
    """What buildx is called with, `more` options last; `folder` holds the Dockerfile and what the client writes."""
    if isinstance(request.dockerfile, bytes):
        dockerfile = folder / "Dockerfile"
        dockerfile.write_bytes(request.dockerfile)
        own = request.context / f"{request.dockerfile_name}.dockerignore"
        if own.is_file():
            (folder / "Dockerfile.dockerignore").write_bytes(own.read_bytes())
    else:
        dockerfile = request.context.absolute() / request.dockerfile
    given = ["build", "--builder=default", "--progress=rawjson", "--provenance=false"]
    given += [f"--file={dockerfile}", f"--metadata-file={folder / METADATA}", f"--network={request.network}"]
    given += [f"--tag={tag}" for tag in request.tags]
    given += [f"--build-arg={name}={value}" for name, value in request.build_args.items()]
    given += _secrets(request, folder)
    # A build that runs at the same time gets the result of an equal step, even with --no-cache; a host of its own makes
    # each RUN another step.
    given += [f"--add-host={request.unique}:127.0.0.1"] if request.unique else []
    given += [f"--label={name}={value}" for name, value in request.labels.items()]
    given += [f"--ulimit={limit}" for limit in request.ulimits]
    given += [f"--target={request.target}"] if request.target else []
    given += ["--no-cache"] if request.no_cache else []
    return [*given, *more, "--", str(request.context.absolute())]


def _secrets(request: Request, folder: Path) -> list[str]:
    """The options for the secrets, each kept in a file that only we can read."""
    options = []
    for number, (name, value) in enumerate(request.secrets.items()):
        file = folder / f"secret-{number}"
        file.touch(0o600)
        file.write_bytes(value)
        options.append(f"--secret=id={name},src={file}")
    return options


def environment(address: EngineAddress, request: Request, folder: Path) -> dict[str, str]:
    """Nothing of ours reaches the client but what it needs; where the engine is Drydock's own, not even HOME."""
    env = address.environment(os.environ)
    if address.config:
        env["HOME"] = str(folder)
    env |= {"DOCKER_BUILDKIT": "1", "BUILDX_GIT_INFO": "0", "BUILDX_METADATA_PROVENANCE": "disabled"}
    # The builder sends only what changed since this node's last build; a node of no name would send all, every time.
    env["BUILDX_CONFIG"] = str(folder / "buildx")
    (folder / "buildx").mkdir()
    (folder / "buildx" / ".buildNodeID").write_text("d0cd0cd0cd0cd0cd")
    if request.allowed_bases is not None:
        policy = folder / "policy.json"
        policy.write_text(source_policy(request.allowed_bases))
        env["EXPERIMENTAL_BUILDKIT_SOURCE_POLICY"] = str(policy)
    return env


def _image(metadata: Path) -> str:
    """The id by which the engine knows the image; --iidfile has another one with the containerd image store."""
    try:
        return from_json(metadata.read_bytes(), _Metadata).digest
    except (OSError, msgspec.MsgspecError):
        return ""


def _failure(address: EngineAddress, request: Request, progress: Progress, ended: Ended, met: Met) -> BuildFailure:
    _, error, step = progress.failed()
    if ended != "exited":
        steps = progress.steps(whole=False)
        steps = with_lines(steps, request.lines) if request.lines is not None else steps
        limit = FLOOD * request.output_bytes
        return ended_by_us(ended, seconds=request.seconds, characters=limit, steps=steps, met=met)
    if step is not None and request.lines is not None:
        step = with_lines((step,), request.lines)[0]
    return failure(
        Said(
            text=progress.text,
            error=error,
            step=step,
            context=request.context,
            room=room_of(address),
            allowed=tuple(request.allowed_bases or ()),
            lines=request.lines,
            met=met,
        )
    )
