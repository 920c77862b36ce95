"""One engine, and everything that Drydock asks of it: build, run, save, look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from grader.engine import bake, buildkit, containers, images
from grader.engine.bake import BakeTarget
from grader.engine.buildkit import Network, Request
from grader.engine.containers import Container
from grader.engine.ping import get
from grader.engine.places import EngineAddress
from grader.engine.reading import Head, read_head
from grader.engine.room import need_room_to_run
from grader.engine.running import Mount, RunRequest
from grader.engine.sdk import answers, connect, import_early, reach
from grader.engine.sealed.bounds import GVISOR_PROCESSES
from grader.errors import EngineError
from grader.model.build import Build, Builder, BuildEvent
from grader.model.dockerfile import Dockerfile
from grader.model.observation import EngineFacts
from grader.model.remark import Remark

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
        return connect(self.address, TIMEOUT)

    @staticmethod
    def import_early() -> None:
        """Have the client's library imported on another thread, while this one waits for something else."""
        import_early()

    def build(
        self,
        context: Path,
        *,
        seconds: float,
        output_bytes: int,
        dockerfile: str | bytes = "Dockerfile",
        dockerfile_name: str = "Dockerfile",
        tags: Sequence[str] = (),
        build_args: Mapping[str, str] | None = None,
        secrets: Mapping[str, bytes] | None = None,
        target: str = "",
        no_cache: bool = False,
        unique: str = "",
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

        `dockerfile` is a path in the context, or the text itself; `dockerfile_name` says then which file it stands for,
        because `NAME.dockerignore` counts in the place of `.dockerignore` (BuildKit only). With `allowed_bases` no
        other image and no address can be used (BuildKit only). `seconds` is the time limit; `output_bytes` is how much
        is kept of what each step prints, and fifty times that ends the build. `on_event` is called on this thread;
        setting `cancel` ends the build. With `lines`, the parsed Dockerfile, every step knows its line. Afterwards use
        the image's id, no tag.
        """
        request = Request(
            context=context,
            dockerfile=dockerfile,
            dockerfile_name=dockerfile_name,
            tags=tuple(tags),
            build_args=dict(build_args or {}),
            secrets=dict(secrets or {}),
            target=target,
            no_cache=no_cache,
            unique=unique,
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

    def build_checks(
        self, context: Path, dockerfile: bytes, *, allowed_bases: Sequence[str] | None, name: str, seconds: float
    ) -> tuple[Remark, ...]:
        """What BuildKit's own checks remark on the text `dockerfile`; nothing is built. `name` as in `build`."""
        from grader.engine import lint

        request = Request(
            context=context,
            dockerfile=dockerfile,
            dockerfile_name=name,
            allowed_bases=None if allowed_bases is None else tuple(allowed_bases),
            seconds=seconds,
        )
        return lint.build_checks(self.address, request)

    @property
    def gvisor(self) -> bool:
        """Whether gVisor runs its build steps and containers."""
        return self.address.seal is not None and self.address.seal.runtime == "runsc"

    def facts(self) -> EngineFacts:
        """The engine's version, its image store, and whether it is Drydock's own."""
        if self.address.host.startswith("unix://"):
            info = get(self.address.host, "/info", TIMEOUT)
        else:
            with answers():
                info = self.api.info()
        return EngineFacts(version=info["ServerVersion"], store=images.store(info), private=self.address.private)

    def platform(self) -> str:
        """What it runs images for, as in `linux/amd64`."""
        with answers():
            said = self.api.version()
        return f"{said['Os']}/{said['Arch']}"

    def alive(self) -> bool:
        """Whether it answers now."""
        try:
            reach(self.address)
            with answers():
                return bool(self.api.ping())
        except EngineError:
            return False

    def need_room(self) -> None:
        """Raises DiskFullError where containers may have failed because there was no room for what they write."""
        need_room_to_run(self.address)

    def need_images(self, names: Sequence[str]) -> None:
        """Raises EngineError where one of these images is gone."""
        images.need(self.api, names)

    def run(
        self,
        image: str,
        *,
        command: Sequence[str] = (),
        environment: Sequence[str] = (),
        user: str | None = None,
        entrypoint: str | None = None,
        workdir: str | None = None,
        ports: Sequence[int] = (),
        network: str = "none",
        read_only: bool = False,
        memory_bytes: int = 0,
        processes: int = 0,
        cpus: float = 0.0,
        mounts: Sequence[Mount] = (),
        tmpfs: Sequence[str] = (),
        labels: Mapping[str, str] | None = None,
        bounded: bool = False,
        careful: bool = False,
        health: bool = False,
    ) -> Container:
        """A container of the image, to be used in a `with`, which starts and removes it.

        `environment` is entries such as `A=b`; `ports` are published on a free port of 127.0.0.1 each (they need a
        `network` such as `bridge`); 0 means no limit. `bounded` takes all capabilities, and limits files; `careful` is
        for a submission's image, and takes and limits what none needs; `health` lets the image's HEALTHCHECK run.
        """
        request = RunRequest(
            image=image,
            command=tuple(command),
            environment=tuple(environment),
            user=user,
            entrypoint=entrypoint,
            workdir=workdir,
            ports=tuple(ports),
            network=network,
            read_only=read_only,
            memory_bytes=memory_bytes,
            processes=processes + GVISOR_PROCESSES if processes and self.gvisor else processes,
            cpus=cpus,
            mounts=tuple(mounts),
            tmpfs=tuple(tmpfs),
            labels=dict(labels or {}),
            bounded=bounded,
            careful=careful,
            health=health,
        )
        return Container(self.api, request, seal=self.address.seal)

    def commit(self, container: str, name: str = "", *, message: str = "", changes: Sequence[str] = ()) -> str:
        """Make an image of a container as it is; its id. `changes` are instructions such as `CMD ["sh"]`."""
        repository, tag = images.name_and_tag(name) if name else (None, None)
        with answers():
            made = self.api.commit(container, repository, tag, message=message or None, changes=list(changes) or None)
        return str(made["Id"])

    def save(self, names: Sequence[str]) -> AbstractContextManager[IO[bytes]]:
        """The archive of these images, a file to be read forwards inside a `with`."""
        return images.saved(self.api, names)

    def read_head(self, image: str, path: str, *, labels: Mapping[str, str] | None = None) -> Head | None:
        """The beginning of the file at `path` of an image, links followed; None where there is no regular file."""
        return read_head(self.api, image, path, labels or {})

    def load(self, archive: IO[bytes] | Iterable[bytes] | bytes) -> tuple[str, ...]:
        """Load an archive; the names or ids of its images. Raises ImageError when it is none."""
        return images.load(self.api, archive)

    def export(self, container: str) -> AbstractContextManager[IO[bytes]]:
        """A container's file system as tar, a file to be read forwards inside a `with`."""
        return images.opened(self.api, f"/containers/{container}/export")

    def import_(self, archive: IO[bytes] | bytes, name: str = "", *, changes: Sequence[str] = ()) -> str:
        """Make an image of one layer from a root file system as tar; its id."""
        return images.import_(self.api, archive, name, changes)

    def history(self, image: str) -> tuple[images.Row, ...]:
        """The rows of `docker history`, newest first."""
        return images.history(self.api, image)

    def inspect(self, image: str) -> dict[str, Any]:
        """What `docker image inspect` says; raises UsageError when there is no such image."""
        return images.inspect(self.api, image)

    def bake_targets(self, context: Path) -> tuple[BakeTarget, ...]:
        """The targets of the docker-bake.hcl in `context`; raises SubmissionError where it cannot be read."""
        return bake.targets(self.address, context)

    def tag(self, image: str, name: str) -> None:
        """Give an image a name."""
        with answers():
            self.api.tag(image, *images.name_and_tag(name))

    def remove_image(self, image: str, *, force: bool = False) -> None:
        """Remove an image; nothing happens when it is not there, UsageError when something needs it."""
        images.remove_image(self.api, image, force=force)

    def remove_container(self, container: str) -> None:
        """Kill and remove a container with its anonymous volumes; nothing happens when it is not there."""
        containers.remove(self.api, container)

    def labelled_images(self, labels: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """The ids of the images that bear all these labels."""
        return images.listed(self.api, labels or {})

    def named_images(self, pattern: str) -> tuple[str, ...]:
        """The names, with their tags, whose repository matches a shell pattern."""
        return images.named(self.api, pattern)

    def labelled_containers(self, labels: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """The ids of the containers, running or not, that bear all these labels."""
        return images.containers(self.api, labels or {})

    def remove_labelled(self, labels: Mapping[str, str]) -> None:
        """Remove all containers and images that bear all these labels."""
        images.remove_labelled(self.api, labels)

    def events(self, seconds: float, filters: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """What happens in the engine from now on, for `seconds`."""
        return images.events(self.api, seconds, filters)

    def close(self) -> None:
        """Close the connections; the next call opens them again."""
        api = self.__dict__.pop("api", None)
        if api is not None:
            api.close()
