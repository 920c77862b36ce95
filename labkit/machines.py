"""A second machine, and a registry between the two: real ones, started when a lesson first asks for them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from grader.engine.places import EngineAddress, Places, PrivateSpec
from grader.errors import NoEngineError
from labkit.places import course
from labkit.session import the_session

if TYPE_CHECKING:
    from grader.engine.client import Engine
    from grader.engine.registry import Registry

# What machine B may hold, in the memory of this machine.
DISK_BYTES = 600_000_000


class Machine:
    """An engine of the lesson's own; `host` is what `docker -H` takes."""

    def __init__(self, address: EngineAddress, keeper: subprocess.Popen[bytes]) -> None:
        self.address = address
        self._keeper = keeper

    @property
    def host(self) -> str:
        """The address of the engine."""
        return self.address.host

    @cached_property
    def engine(self) -> Engine:
        """The engine, to be asked by the course's own functions."""
        from grader.engine.client import Engine

        return Engine(self.address)

    def end(self) -> None:
        """Remove it with all it holds; it is gone a little later."""
        if self._keeper.stdin:
            self._keeper.stdin.close()

    def gone(self) -> None:
        """Wait until it is gone."""
        with suppress(subprocess.TimeoutExpired):
            self._keeper.wait(30)


def second_machine() -> Machine:
    """Machine B: an engine that holds no image yet; the same one each time until the kernel ends.

    Raises NoEngineError where Drydock cannot have an engine of its own.
    """
    session = the_session()
    if session.machine is None:
        session.machine = _started()
    return session.machine


def local_registry() -> Registry:
    """A registry on this machine, empty at first; the same one each time until the kernel ends.

    Raises MachineError when it is not to be had, DiskFullError when no space is left.
    """
    from grader.engine import registry

    session = the_session()
    if session.registry is None or not session.registry.running:
        session.registry = registry.start(Places.from_environment(os.environ), print)
    return session.registry


def pinned(image: str) -> str:
    """`NAME@sha256:…`: the name that means these very bytes, wherever the tag `image` goes.

    Only a registry gives one. An image of Drydock's own engine, or one that came from none, is first pushed to the
    one on this machine. Raises UsageError when there is no such image, MachineError where there is no registry.
    """
    session = the_session()
    session.settle()
    digests = session.engine.inspect(image).get("RepoDigests") or []
    if digests and not session.engine.address.private:
        return str(digests[0])
    name = f"{local_registry().address}/{image}"
    session.docker("tag", image, name)
    said = session.docker("push", name)
    (digest,) = re.findall(r"digest: (sha256:[0-9a-f]{64})", said)
    return f"{name.rpartition(':')[0]}@{digest}"


def _started() -> Machine:
    from grader.engine.private import start

    places = Places.from_environment(os.environ)
    name = f"lesson-{os.getpid()}"
    # The keeper comes first: whatever happens from here on, it cleans up.
    keeper = subprocess.Popen(
        [sys.executable, "-m", "labkit.keeper", name],
        cwd=course(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return Machine(start(places, PrivateSpec(name=name, memory_bytes=DISK_BYTES), print), keeper)
    except BaseException as error:
        if keeper.stdin:
            keeper.stdin.close()
        if isinstance(error, NoEngineError):
            raise NoEngineError(
                f"This lesson needs a second engine, one of Drydock's own. {error.what}",
                "Drydock can have one on Debian and Ubuntu, for root. Elsewhere, read the lesson without running it.",
            ) from error
        raise
