"""The workbench of one submission: the engine, what was built, and what is shared between the probes."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import Any, Self

import msgspec

from grader.dockerfile import parse
from grader.engine.client import Engine
from grader.engine.containers import Container
from grader.engine.runs import LABEL
from grader.image import Analysis, FileTree, Hit
from grader.model import AnyProbe, Build, BuildEvent, Dockerfile, Exercise, Http, Image, Submission

BUILD_LIMITS = ("fsize=536870912", "nofile=4096:4096", "core=0")
"""Of each process of a build step: the largest file in bytes, the open files, no core dumps."""


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What was read from the image's archive; the lowest `base_layers` layers are those of its base image.

    `hits` are the places in all its layers that hold what was looked for.
    """

    image: Image
    files: FileTree
    contents: Mapping[str, bytes]
    base_layers: int = 0
    hits: tuple[Hit, ...] = ()

    @classmethod
    def of(cls, read: Analysis, image: Image | None = None, base_layers: int = 0) -> Looked:
        """What was read, with more that is known of the `image` in its place."""
        return cls(
            image=image or read.image,
            files=read.files,
            contents=read.contents,
            base_layers=base_layers,
            hits=read.hits,
        )


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What one build is given: see Engine.build, whose arguments these are (`arguments`: its build_args)."""

    arguments: dict[str, str] = msgspec.field(default_factory=dict)
    secrets: dict[str, bytes] = msgspec.field(default_factory=dict)
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    target: str = ""
    unique: str = ""


NOTHING = Given()


def own_caches(engine: Engine, labels: Mapping[str, str]) -> dict[str, str]:
    """The build argument that keeps a grading's cache mounts from those of the next one on the same engine.

    A step can ask for its value, which tells nothing: neither the grading's name nor our process is in it.
    """
    if engine.address.seal is not None or LABEL not in labels:
        return {}
    return {"BUILDKIT_CACHE_MOUNT_NS": hashlib.sha256(labels[LABEL].encode()).hexdigest()[:16]}


def build_as_asked(
    engine: Engine,
    exercise: Exercise,
    context: Path,
    text: bytes,
    parsed: Dockerfile,
    *,
    labels: Mapping[str, str],
    cancel: threading.Event,
    name: str = "Dockerfile",
    no_cache: bool = False,
    on_event: Callable[[BuildEvent], None] | None = None,
    given: Given = NOTHING,
) -> Build:
    """Build the Dockerfile `text`, parsed as `parsed`, within the exercise's limits and on its base images only.

    `name` is the Dockerfile's name in the context, which finds the .dockerignore of its own where it has one. What is
    `given` comes on top of what the exercise gives each build.
    """
    files = Path(exercise.folder) / "files"
    # In an engine of its own no other build has an equal step, so that none has to be made another one by a host that
    # the step could see: every build looks alike from inside.
    alone = engine.address.seal is not None
    secrets = {id: (files / file).read_bytes() for id, file in exercise.build.secrets.items()}
    return engine.build(
        context,
        dockerfile=text,
        dockerfile_name=name,
        no_cache=no_cache or (alone and bool(given.unique)),
        build_args=exercise.build.arguments | given.arguments | own_caches(engine, labels),
        secrets=secrets | given.secrets,
        target=given.target,
        unique="" if alone else given.unique,
        labels={**given.labels, **labels},
        ulimits=BUILD_LIMITS,
        allowed_bases=exercise.bases,
        seconds=exercise.limits.build_seconds,
        output_bytes=exercise.limits.output_bytes,
        on_event=on_event,
        cancel=cancel,
        lines=parsed,
    )


@dataclass(frozen=True)
class Bench:
    """What the probes work with; leaving it removes whatever they started.

    `looked` gives what is in the image, and waits where that is still being read.
    """

    engine: Engine
    exercise: Exercise
    submission: Submission
    dockerfile: Dockerfile
    text: bytes
    build: Build
    looked: Callable[[], Looked]
    probes: tuple[AnyProbe, ...]
    cancel: threading.Event
    labels: Mapping[str, str]
    _opened: ExitStack = field(default_factory=ExitStack)
    _running: list[Container] = field(default_factory=list)
    _answered: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.__exit__(kind, error, trace)

    @property
    def image(self) -> Image:
        """The image: its configuration, layers and history."""
        return self.looked().image

    @property
    def files(self) -> FileTree:
        """What a container of the image sees."""
        return self.looked().files

    @property
    def contents(self) -> Mapping[str, bytes]:
        """The contents of those files that a probe asks for by name."""
        return self.looked().contents

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The places in all layers that hold what was looked for while the image was read."""
        return self.looked().hits

    @property
    def context(self) -> Path:
        """The staged build context, which is ours to change."""
        return Path(self.submission.context)

    def rebuild(self, *, no_cache: bool = False, text: bytes | None = None, given: Given = NOTHING) -> Build:
        """Build the context as it is now, with all that is not `given` as in the first build.

        `no_cache`: every step anew; `text`: another Dockerfile in its place.
        """
        return build_as_asked(
            self.engine,
            self.exercise,
            self.context,
            self.text if text is None else text,
            self.dockerfile if text is None else parse(text),
            labels=self.labels,
            cancel=self.cancel,
            name=self.submission.dockerfile,
            no_cache=no_cache,
            given=given,
        )

    def start(self, **options: Any) -> Container:
        """A container of the image within the exercise's limits; `options` are those of Engine.run."""
        limits = self.exercise.limits
        return self.engine.run(
            self.build.image,
            memory_bytes=limits.memory_bytes,
            processes=limits.processes,
            careful=True,
            labels=self.labels,
            **options,
        )

    def running(self) -> Container:
        """The image running as it is, every port that is asked for published on loopback; the same one for all."""
        if not self._running:
            ports = sorted({probe.port for probe in self.probes if isinstance(probe, Http)})
            self._running.append(self._opened.enter_context(self.start(ports=tuple(ports), network="bridge")))
        return self._running[0]

    def take_answering(self) -> Container | None:
        """The container of `running` where it has answered and runs on: given away once, to do with as one likes."""
        taken = self._running.pop() if self._running and self._answered.is_set() else None
        return taken if taken is not None and taken.state().running else None

    def answered(self) -> None:
        """Note that the container of `running` has answered a request."""
        self._answered.set()

    @staticmethod
    def nonce() -> str:
        """A text that no earlier build has seen, so that nothing of it can be in a cache."""
        return token_hex(8)
