"""The workbench of one submission: the engine, what was built, and what is shared between the probes."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader.engine.client import Engine
from grader.engine.containers import Container
from grader.model import AnyProbe, Build, Dockerfile, Exercise, File, Http, Image, Submission


@dataclass(frozen=True)
class Bench:
    """What the probes work with; leaving it removes whatever they started."""

    engine: Engine
    exercise: Exercise
    submission: Submission
    dockerfile: Dockerfile
    text: bytes
    build: Build
    image: Image
    probes: tuple[AnyProbe, ...]
    files: Mapping[str, File]
    contents: Mapping[str, bytes]
    cancel: threading.Event
    labels: Mapping[str, str]
    _opened: ExitStack = field(default_factory=ExitStack)
    _running: list[Container] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.__exit__(kind, error, trace)

    @property
    def context(self) -> Path:
        """The staged build context, which is ours to change."""
        return Path(self.submission.context)

    def rebuild(self) -> Build:
        """Build the context as it is now, with everything else as in the first build."""
        limits = self.exercise.limits
        return self.engine.build(
            self.context,
            dockerfile=self.text,
            labels=self.labels,
            allowed_bases=self.exercise.bases,
            seconds=limits.build_seconds,
            output_bytes=limits.output_bytes,
            cancel=self.cancel,
            lines=self.dockerfile,
        )

    def start(self, **options: Any) -> Container:
        """A container of the image within the exercise's limits; `options` are those of Engine.run."""
        limits = self.exercise.limits
        return self.engine.run(
            self.build.image,
            memory_bytes=limits.memory_bytes,
            processes=limits.processes,
            labels=self.labels,
            **options,
        )

    def running(self) -> Container:
        """The image running as it is, every port that is asked for published on loopback; the same one for all."""
        if not self._running:
            ports = sorted({probe.port for probe in self.probes if isinstance(probe, Http)})
            self._running.append(self._opened.enter_context(self.start(ports=tuple(ports), network="bridge")))
        return self._running[0]

    @staticmethod
    def nonce() -> str:
        """A text that no earlier build has seen, so that nothing of it can be in a cache."""
        return secrets.token_hex(8)
