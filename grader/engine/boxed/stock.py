"""A volume of the outer engine with base images as an engine keeps them, so that none has to be loaded again."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from grader.engine.bases.catalog import find
from grader.engine.boxed.image import Bases
from grader.engine.boxed.launch import START_SECONDS, Container, begin, expect
from grader.engine.boxed.relay import inside
from grader.engine.boxed.script import INSIDE
from grader.engine.client import Engine
from grader.engine.lock import locked
from grader.engine.packages import Say
from grader.engine.places import Places
from grader.engine.sdk import answers
from grader.engine.sealed.bounds import Bounds
from grader.errors import BaseImageError, EngineError, UsageError

PREFIX = "drydock-stock-"
# What it was filled by, and with.
LABEL, BASES = "drydock.stock", "drydock.stock.bases"
STOP_SECONDS = 120.0


def names_of(bases: Sequence[str]) -> tuple[str, ...]:
    """All names of these base images."""
    return tuple(sorted({name for base in bases for name in find(base).names}))


def stock(
    outer: Engine, places: Places, image: str, bases: Sequence[str], bounds: Bounds, fill: Bases, say: Say
) -> str:
    """The name of the volume with these base images for the engine of `image`; filled where it is not whole.

    Raises EngineError or BaseImageError when it cannot be filled.
    """
    names = names_of(bases)
    volume = PREFIX + _key(image, names)
    with locked(places.lock(volume), "preparing base images for engines in containers", say, seconds=900):
        with answers():
            outer.api.create_volume(volume, labels={LABEL: _maker(image), BASES: " ".join(names)})
        container = begin(places, outer.address, image, volume, bounds, mode="prepare")
        try:
            if _whole(container):
                return volume
            say(f"Preparing {', '.join(names) or 'no base image'} for engines in containers (once) …")
            fill(names)
            if names:
                _load(outer, container, names)
            container.tell("done")
            expect(container, "whole", STOP_SECONDS)
        finally:
            container.end()
        _forget(outer, volume, image, names)
    return volume


def _key(image: str, names: Sequence[str]) -> str:
    said = [_maker(image), *(f"{name} {find(name).made_by}" for name in names)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _maker(image: str) -> str:
    return hashlib.sha256(f"{image}\n{INSIDE}".encode()).hexdigest()[:16]


def stocks(outer: Engine) -> dict[str, dict[str, str]]:
    """All such volumes of the engine, by name, with their labels: none where Docker itself made one anew."""
    with answers():
        found = outer.api.volumes(filters={"name": [PREFIX]})["Volumes"] or []
    return {one["Name"]: one["Labels"] or {} for one in found if one["Name"].startswith(PREFIX)}


def _whole(container: Container) -> bool:
    first = container.heard(START_SECONDS)
    if first not in ("whole", "ready"):
        container.words.put(first)
        expect(container, "ready")
    return first == "whole"


def _load(outer: Engine, container: Container, names: Sequence[str]) -> None:
    command = inside(outer.address, container.name, "docker", "--host=unix:///run/docker.sock", "load", "--quiet")
    env = outer.address.environment(os.environ)
    try:
        with (
            outer.save(names) as archive,
            subprocess.Popen(
                command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            ) as loading,
        ):
            assert loading.stdin is not None
            assert loading.stdout is not None
            while piece := archive.read(1 << 20):
                loading.stdin.write(piece)
            loading.stdin.close()
            said = loading.stdout.read().decode("utf-8", "replace")
    except OSError as error:
        raise EngineError(f"The base images could not be loaded: {error.strerror}.") from error
    if loading.returncode:
        raise BaseImageError(f"{', '.join(names)} could not be copied into an engine in a container: {said.strip()}")


def _forget(outer: Engine, volume: str, image: str, names: Sequence[str]) -> None:
    """Remove what is not used any more; other base images for the same engine stay, as exercises take turns."""
    for name, labels in stocks(outer).items():
        other = labels.get(BASES, " ".join(names)) != " ".join(names)
        if name != volume and not (other and labels.get(LABEL) == _maker(image)):
            # What is in use is not removed.
            with suppress(UsageError), answers():
                outer.api.remove_volume(name)
