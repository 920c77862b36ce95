"""The image of the engine in a container: from the distribution's packages, or else Docker's own."""

from __future__ import annotations

import hashlib
import re
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from grader.engine.bases.docker import pull
from grader.engine.client import Engine
from grader.engine.lock import locked
from grader.engine.packages import Say, manifest_of
from grader.engine.places import Places, PrivateSpec
from grader.engine.provision import linked, provide
from grader.engine.sdk import answers
from grader.errors import EngineError, NoEngineError, UsageError

FORM = 1
BASE = "debian:trixie-slim"
DOCKERS_OWN = "docker:28-dind"
REPOSITORY = "drydock/engine"
PROGRAMS = ("dockerd", "docker", "docker-init", "docker-proxy", "containerd", "containerd-shim-runc-v2", "runc")
# These belong to the C library, and have to be of the very same version as the base image's.
OF_THE_BASE = re.compile(r"/(libc|libm|libpthread|libdl|librt|libresolv)\.so")

Bases = Callable[[tuple[str, ...]], None]
"""Sees to it that the engine holds these base images."""


def provide_image(outer: Engine, places: Places, bases: Bases, say: Say) -> str:
    """The id of the image, made in the engine `outer` when it is not there.

    Raises NoEngineError with what to do where it can neither be made nor pulled.
    """
    try:
        prefix = provide(places, PrivateSpec(), say)
    except NoEngineError as error:
        return _pulled(outer, error)
    name = f"{REPOSITORY}:{_key(prefix)}"
    if found := _id(outer, name):
        return found
    with locked(places.lock("engine-image"), "making the image of the engine for submissions", say, seconds=600):
        if found := _id(outer, name):
            return found
        say("Making the image of the engine for submissions (once) …")
        bases((BASE,))
        _make(outer, prefix, name)
        _forget(outer, name)
        return _id(outer, name)


def _key(prefix: Path) -> str:
    said = [f"form {FORM}", *(f"{name} {version}" for name, version in sorted(manifest_of(prefix).items()))]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


def _id(outer: Engine, name: str) -> str:
    try:
        return str(outer.inspect(name)["Id"])
    except UsageError:
        return ""


def _pulled(outer: Engine, error: NoEngineError) -> str:
    if not (found := _id(outer, DOCKERS_OWN)):
        if pull(outer.address, DOCKERS_OWN):
            raise NoEngineError(
                f"The tier 'default' needs an image of an engine: {DOCKERS_OWN} cannot be pulled, and it cannot be "
                f"made here. {error.what}",
                "It is never lowered by itself: choose another one with --tier.",
            ) from error
        found = _id(outer, DOCKERS_OWN)
    return found


def _make(outer: Engine, prefix: Path, name: str) -> None:
    with tempfile.TemporaryFile() as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            for path, place in _contents(prefix):
                archive.add(path, place, recursive=False)
        file.seek(0)
        with answers():
            made = outer.api.create_container(BASE, ["true"], labels={"drydock.engine": name})["Id"]
        try:
            with answers():
                filled = outer.api.put_archive(made, "/", file)
            if not filled:
                raise EngineError("The image of the engine for submissions cannot be filled.")
            changes = ("ENV LD_LIBRARY_PATH=/usr/local/lib/engine", f"LABEL drydock.engine={name}", 'CMD ["sh"]')
            outer.commit(made, name, changes=changes)
        finally:
            outer.remove_container(made)


def _contents(prefix: Path) -> list[tuple[Path, str]]:
    """Programs and the shared libraries that they need, with their places in the image."""
    folders = (prefix / "usr/bin", prefix / "usr/sbin", prefix / "usr/libexec/docker")
    places = [[folder / name for folder in folders if (folder / name).exists()] for name in PROGRAMS]
    if missing := [name for name, found in zip(PROGRAMS, places, strict=True) if not found]:
        raise EngineError(f"{prefix} lacks {', '.join(missing)}.", "Remove that folder, and it is made anew.")
    programs = [found[0] for found in places]
    needed = re.findall(r"=> (/\S+)", linked(prefix, programs))
    libraries = {Path(found) for found in needed if not OF_THE_BASE.search(found)}
    placed = [(program.resolve(), f"usr/local/bin/{program.name}") for program in programs]
    return placed + [(path.resolve(), f"usr/local/lib/engine/{path.name}") for path in sorted(libraries)]


def _forget(outer: Engine, name: str) -> None:
    """Remove what was made for other versions; what is in use stays."""
    for other in outer.named_images(REPOSITORY):
        if other != name:
            with suppress(UsageError):
                outer.remove_image(other)
