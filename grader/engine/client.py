"""One engine, and everything that Drydock asks of it: build, run, save, look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from grader.engine import buildkit
from grader.engine.buildkit import Network, Request
from grader.engine.places import EngineAddress
from grader.model.build import Build, Builder, BuildEvent
from grader.model.dockerfile import Dockerfile

if TYPE_CHECKING:
    from docker import APIClient

TIMEOUT = 60.0


@dataclass(frozen=True)
class Engine:
    """An engine at an address; nothing is asked of it before the first call.

    Every call raises EngineError when the engine does not answer, and DiskFullError when its disk is full.
    """

    address: EngineAddress

    @cached_property
    def api(self) -> APIClient:
        """The Docker SDK's low-level client, connected."""
        from grader.engine.sdk import connect

        return connect(self.address, TIMEOUT)

    def build(
        self,
        context: Path,
        *,
        seconds: float,
        output_bytes: int,
        dockerfile: str | bytes = "Dockerfile",
        tags: Sequence[str] = (),
        build_args: Mapping[str, str] | None = None,
        target: str = "",
        no_cache: bool = False,
        network: Network = "none",
        labels: Mapping[str, str] | None = None,
        ulimits: Sequence[str] = (),
        allowed_bases: Sequence[str] | None = None,
        builder: Builder = "buildkit",
        on_event: Callable[[BuildEvent], None] | None = None,
        cancel: threading.Event | None = None,
        lines: Dockerfile | None = None,
    ) -> Build:
        """Build an image from the folder `context`; a build that fails is a value too, with its cause.

        `dockerfile` is a path in the context, or the text itself. With `allowed_bases` no other image and no address
        can be used (BuildKit only). `seconds` is the time limit; `output_bytes` is how much is kept of what each step
        prints, and fifty times that ends the build. `on_event` is called on this thread; setting `cancel` ends the
        build. With `lines`, the parsed Dockerfile, every step knows its line. Afterwards use the image's id, no tag.
        """
        request = Request(
            context=context,
            dockerfile=dockerfile,
            tags=tuple(tags),
            build_args=dict(build_args or {}),
            target=target,
            no_cache=no_cache,
            network=network,
            labels=dict(labels or {}),
            ulimits=tuple(ulimits),
            allowed_bases=None if allowed_bases is None else tuple(allowed_bases),
            seconds=seconds,
            output_bytes=output_bytes,
            lines=lines,
        )
        if builder == "classic":
            from grader.engine import classic

            return classic.build(self.address, request, on_event, cancel)
        return buildkit.build(self.address, request, on_event, cancel)
