"""A mirror of Docker Hub for a class: a registry with the course's base images, from which engines pull.

An engine asks a mirror first for what an image's name has no registry for: Docker's documentation, "Registry as a pull
through cache". Ours holds what was put there, and passes nothing on to Docker Hub.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from grader.engine.bases.catalog import find
from grader.engine.bases.docker import docker
from grader.engine.packages import Say
from grader.engine.places import EngineAddress, Places
from grader.engine.registry import Registry, registry, start
from grader.errors import MachineError, UsageError

SECONDS = 900.0


@contextmanager
def mirror(places: Places, engine: EngineAddress, names: Sequence[str], listen: str, say: Say) -> Iterator[Registry]:
    """A mirror that holds the base images `names` of `engine` and listens at `listen`, HOST:PORT, for the block.

    Nothing can be pushed to it, and afterwards nothing of it is left. Raises MachineError where it cannot be had, or
    cannot listen there.
    """
    with registry(places, say) as filled:
        for name in dict.fromkeys(each for one in names for each in mirrored(one)):
            say(f"Putting {name} into the mirror …")
            _push(engine, name, f"{filled.address}/{_on_docker_hub(name)}")
        serving = start(places, say, listen=listen, filled=filled)
        try:
            yield serving
        finally:
            serving.stop()


def mirrored(name: str) -> tuple[str, ...]:
    """The names under which a mirror gives the base image: none of those that name a registry, as gcr.io/… does."""
    try:
        every = find(name).names
    except UsageError:
        every = (name,)
    return tuple(one for one in every if "." not in one.partition("/")[0] or "/" not in one)


def _on_docker_hub(name: str) -> str:
    return name if "/" in name else f"library/{name}"


def _push(engine: EngineAddress, image: str, name: str) -> None:
    what = f"{image} cannot be put into the mirror"
    docker(engine, "tag", image, name, seconds=60, what=what)
    try:
        docker(engine, "push", "--quiet", name, seconds=SECONDS, what=what)
    finally:
        with suppress(MachineError):
            docker(engine, "rmi", "--no-prune", name, seconds=60, what=what)
