"""One engine in a container: started with the base images in it, and ended with everything that it had."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from grader.engine.boxed.bounds import OWN_FILES, RIGHTS, SHAPE, memory_of, options
from grader.engine.boxed.relay import Relay
from grader.engine.boxed.script import INSIDE
from grader.engine.daemon import host_in
from grader.engine.owned import register
from grader.engine.ping import get
from grader.engine.places import EngineAddress, Places, Seal
from grader.engine.run import tail
from grader.engine.runs import LABEL, new_run
from grader.engine.sealed.bounds import Bounds
from grader.errors import EngineError

START_SECONDS = 120.0
END_SECONDS = 30.0
PREFIX = "boxed-"
EVENTS = "events"
# The folder of the engine's socket, which its container shares with this machine where it is on it.
DOOR = "door"
MARK = "drydock.boxed"


class UnpreparedError(EngineError):
    """The volume with the base images is not there, or not whole."""


@dataclass
class Container:
    """A container of the engine's image that runs, with what its first process says; it ends when we do."""

    name: str
    run: Path
    outer: EngineAddress
    words: queue.Queue[str]
    child: subprocess.Popen[str]

    def tell(self, word: str) -> None:
        """Give its first process a line."""
        assert self.child.stdin is not None
        with suppress(OSError):
            self.child.stdin.write(word + "\n")
            self.child.stdin.flush()

    def heard(self, seconds: float) -> str:
        """The next word of its first process, nothing when it has ended; EngineError where none comes in that time."""
        try:
            return self.words.get(timeout=max(0.0, seconds))
        except queue.Empty:
            raise EngineError("An engine for a submission did not answer in time.") from None

    def begin_end(self) -> None:
        """Have it end; returns at once."""
        assert self.child.stdin is not None
        with suppress(OSError):
            self.child.stdin.close()

    def end(self) -> None:
        """End it with everything in it; raises EngineError when it is still there after END_SECONDS."""
        self.begin_end()
        try:
            self.child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        if not removed(self.outer, self.name):
            raise EngineError(f"The container {self.name} of an engine for a submission does not end.")
        shutil.rmtree(self.run, ignore_errors=True)


@dataclass
class Boxed:
    """An engine in a container that answers at `address`."""

    address: EngineAddress
    container: Container
    relay: Relay | None

    def begin_end(self) -> None:
        """Have it killed, with everything that it had; returns at once."""
        self.container.begin_end()

    def end(self) -> None:
        """End it, and wait until nothing is left; raises EngineError when something is."""
        if self.relay is not None:
            self.relay.close()
        self.container.end()


def launch(places: Places, outer: EngineAddress, image: str, volume: str, bounds: Bounds) -> Boxed:
    """Start an engine with the base images of `volume` in a container of `image`; it answers when this returns.

    Raises EngineError with what its log said last when it does not start.
    """
    container = begin(places, outer, image, volume, bounds, mode="run")
    try:
        expect(container, "ready")
        door, relay = container.run / DOOR, None
        if not _answers(door):
            door = container.run
            relay = Relay(door / "docker.sock", outer, container.name)
    except BaseException:
        with suppress(EngineError):
            container.end()
        raise
    seal = Seal(
        container=container.name,
        outer=outer,
        events=str(container.run / EVENTS),
        memory_bytes=memory_of(bounds),
        disk_bytes=bounds.disk_bytes,
        files=bounds.files,
        processes=bounds.processes,
    )
    address = EngineAddress(
        host=host_in(door),
        docker=outer.docker,
        config=outer.config,
        private=True,
        name=container.name,
        path=outer.path,
        tier="default",
        seal=seal,
    )
    return Boxed(address=address, container=container, relay=relay)


def begin(places: Places, outer: EngineAddress, image: str, volume: str, bounds: Bounds, *, mode: str) -> Container:
    """Start a container that runs an engine (`run`) or fills the volume with base images (`prepare`)."""
    name = register(places, PREFIX, 0o700)
    run = places.running(name)
    inside = (memory_of(bounds), bounds.processes, bounds.disk_bytes, bounds.files + OWN_FILES, os.getuid())
    door = run / DOOR
    shared = sys.platform == "linux" and outer.host.startswith("unix://") and mode == "run"
    if shared:
        door.mkdir()
    command = [
        *(outer.docker, "run", "--interactive", "--rm", "--name", _name(places, name)),
        *("--label", f"{LABEL}={new_run()}", "--label", MARK),
        *(*RIGHTS, *SHAPE, *options(bounds)),
        *("--volume", f"{volume}:/prepared{'' if mode == 'prepare' else ':ro'}", "--entrypoint", "sh"),
        *(("--volume", f"{door}:/door") if shared else ()),
        *(image, "-c", INSIDE, "sh", mode, *map(str, inside)),
    ]
    try:
        with (run / "said").open("wb") as said:
            child = subprocess.Popen(
                command,
                env=outer.environment(os.environ),
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                start_new_session=True,
                text=True,
                errors="replace",
            )
    except OSError as error:
        shutil.rmtree(run, ignore_errors=True)
        raise EngineError(f"An engine for a submission cannot be started: {error.strerror}.") from error
    words: queue.Queue[str] = queue.Queue()
    assert child.stdout is not None
    threading.Thread(target=_listen, args=(child.stdout, words, run / EVENTS), daemon=True).start()
    return Container(name=_name(places, name), run=run, outer=outer, words=words, child=child)


def expect(container: Container, word: str, seconds: float = START_SECONDS) -> None:
    """Wait until the container says `word`; raises UnpreparedError or EngineError where it says something else."""
    limit = time.monotonic() + seconds
    heard: list[str] = []
    while True:
        come = container.heard(limit - time.monotonic())
        if come == word:
            return
        if come == "unprepared":
            raise UnpreparedError("The base images are not there.")
        if come == "":
            said = (container.run / "said").read_text("utf-8", errors="replace")
            last = tail("\n".join([said, *heard]), 12)
            raise EngineError(f"An engine for a submission ended while it started. It said:\n{last}")
        heard.append(come)


def removed(outer: EngineAddress, name: str) -> bool:
    """Whether the container is gone; it is killed and removed where it is not."""
    try:
        done = subprocess.run(
            [outer.docker, "rm", "--force", "--volumes", name],
            env=outer.environment(os.environ),
            capture_output=True,
            text=True,
            timeout=END_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 or "No such container" in done.stderr or "already in progress" in done.stderr


def _answers(door: Path) -> bool:
    """Whether the engine answers at the socket in `door`; not where its container is on another machine."""
    try:
        get(host_in(door), "/version", 5)
    except EngineError:
        return False
    return True


def _name(places: Places, name: str) -> str:
    return f"drydock-{places.key}-{name}"


def _listen(said: IO[str], words: queue.Queue[str], events: Path) -> None:
    """Note each word with the time at which it came; after the engine is there they are what was met."""
    with said, events.open("a", encoding="ascii") as file:
        ready = False
        for line in said:
            word = line.strip()
            if ready:
                with suppress(OSError):
                    file.write(f"{time.monotonic():.3f} {word}\n")
                    file.flush()
            else:
                words.put(word)
            ready = ready or word == "ready"
            if ready and word == "whole":
                words.put(word)
    words.put("")
