"""An engine in a container: it builds and runs within limits of its own, and however it ends, nothing of it is left."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader.engine.boxed.launch import MARK
from grader.engine.boxed.leftover import folders
from grader.engine.boxed.relay import Relay
from grader.engine.boxed.supply import supply
from grader.engine.boxed.watch import Watch
from grader.engine.client import Engine
from grader.engine.met import Met
from grader.engine.places import Places, Seal
from grader.engine.runs import LABEL
from grader.engine.sealed.template import Shared
from grader.engine.supply import Supply
from grader.model.build import Build
from tests.conftest import BUSYBOX, Engines
from tests.engine.sealing import SMALL
from tests.programs import command, environment

PLACES = Places.from_environment(os.environ)


@pytest.fixture(scope="module")
def outer(all_engines: Engines) -> Engine:
    """The engine whose containers they are."""
    return all_engines.with_bases("graph", BUSYBOX)


@pytest.fixture(scope="module")
def shared(all_engines: Engines) -> Shared:
    """The same with base images: the engine's own image is made of one."""
    return lambda bases: all_engines.with_bases("graph", *bases).address


@pytest.fixture(scope="module")
def boxes(outer: Engine, shared: Shared) -> Iterator[Supply]:
    """Engines in containers of it; in the end there is none."""
    with supply(PLACES, shared, print, bounds=SMALL) as found:
        yield found
    assert mine(outer, os.getpid()) == []


def mine(outer: Engine, pid: int) -> list[str]:
    """The containers of engines that belong to the process."""
    found = outer.api.containers(all=True, filters={"label": [MARK]})
    return [one["Id"] for one in found if f"-{pid}-" in one["Labels"][LABEL]]


def build(engine: Engine, folder: Path, *lines: str, seconds: float = 240) -> Build:
    text = "\n".join([f"FROM {BUSYBOX}", *lines]) + "\n"
    return engine.build(folder, seconds=seconds, output_bytes=10_000, dockerfile=text.encode(), allowed_bases=[BUSYBOX])


@pytest.mark.engine
def test_builds_serves_and_names_the_limits(boxes: Supply, tmp_path: Path) -> None:
    """One engine for all of it, as starting one takes a second or two."""
    address = boxes.prepare((BUSYBOX,)).result(180)
    engine = Engine(address)
    try:
        assert address.tier == "default"
        # It answers once it has read the request, and with it.
        server = "read -r line; printf 'HTTP/1.0 200 OK\\r\\n\\r\\nheard %s' \"$line\""
        written = f"RUN printf '%s\\n' '#!/bin/sh' {shlex.quote(server)} > /serve && chmod +x /serve"
        built = build(engine, tmp_path, written, 'CMD ["nc", "-ll", "-p", "8080", "-e", "/serve"]')
        assert built.ok, built.failure
        with engine.run(built.image, ports=(8080, 8081), network="bridge") as container:
            until(lambda: container.listens(8080, 1), 60)
            assert not container.listens(8081, 1)
            assert b"heard GET / HTTP/1.0" in asked(container.connect(container.port(8080), 10))
        # A full disk stays full for a second: a busy container of an engine looks less often than it means to.
        for line, cause in (
            ("RUN head -c 200m /dev/zero | tail | wc -c", "memory"),
            ("RUN for i in 1 2 3 4; do head -c 25000000 /dev/zero > /b$i || { sleep 1; exit 1; }; done", "disk"),
            ("RUN mkdir /i && cd /i && seq 1 20000 | xargs touch || { sleep 1; exit 1; }", "disk"),
        ):
            failed = build(engine, tmp_path, line)
            assert failed.failure is not None, line
            assert failed.failure.cause == cause, failed.failure
        seen = build(
            engine, tmp_path, "RUN ls /sys/class/net /dev > /out; ! grep -q eth /out && ! ls /dev/vda /dev/sda"
        )
        assert seen.ok, seen.failure
    finally:
        engine.close()
        boxes.give_back(address)


def asked(connection) -> bytes:
    with connection:
        connection.settimeout(20)
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(4096), b""))


@pytest.mark.engine
def test_where_the_socket_is_not_shared_it_is_carried(boxes: Supply, outer: Engine, tmp_path: Path) -> None:
    """As on macOS, where the container runs in a machine of its own. Two are used: each has its own images."""
    addresses = [boxes.prepare((BUSYBOX,)) for _ in range(2)]
    first, second = (future.result(180) for future in addresses)
    assert first.seal is not None
    relay = Relay(tmp_path / "socket", outer.address, first.seal.container)
    try:
        carried = Engine(msgspec.structs.replace(first, host=f"unix://{tmp_path}/socket"))
        built = build(carried, tmp_path, "RUN echo only here > /a")
        assert built.ok, built.failure
        carried.close()
        other = Engine(second)
        assert built.image not in other.labelled_images()
        other.close()
    finally:
        relay.close()
        for address in (first, second):
            boxes.give_back(address)


@pytest.mark.engine
def test_a_killed_grader_leaves_no_container(outer: Engine, shared: Shared, tmp_path: Path) -> None:
    """SIGKILL while a step runs in the engine: it ends, with everything in it, as nobody holds its input any more."""
    (tmp_path / "Dockerfile").write_text(f"FROM {BUSYBOX}\nRUN sleep 500\n")
    words = command("check", "05-few-layers", str(tmp_path), "--tier", "default")
    with subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        until(lambda: any(b"sleep\x00500" in line for line in lines()), 200)
        assert mine(outer, running.pid)
        running.kill()
    until(lambda: not mine(outer, running.pid), 60)
    until(lambda: not any(b"sleep\x00500" in line for line in lines()), 60)
    assert [path for path in folders(PLACES) if owner(path) == running.pid]
    with supply(PLACES, shared, print):
        assert not [path for path in folders(PLACES) if owner(path) == running.pid]


def owner(run: Path) -> int:
    return int(json.loads((run / "owner.json").read_bytes())["pid"])


def lines() -> Iterator[bytes]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            yield path.read_bytes()


def until(true, seconds: float) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_what_was_met_is_read_from_what_was_said(tmp_path: Path) -> None:
    """What came before the build began does not count, and it is waited for two looks after the end."""
    events = tmp_path / "events"
    events.write_text(f"{time.monotonic():.3f} memory\n")
    seal = Seal(container="x", events=str(events), memory_bytes=5)
    time.sleep(0.01)
    watch = Watch(seal)
    with watch:
        later = threading.Timer(0.1, say, (events, ("bytes", ".", "files", ".", ".")))
        later.start()
    later.join()
    met = watch.met()
    assert met == Met(seal=seal, bytes=met.bytes, files=met.files)
    assert met.bytes is not None


def say(events: Path, words: tuple[str, ...]) -> None:
    with events.open("a") as file:
        for word in words:
            file.write(f"{time.monotonic() + 0.01:.3f} {word}\n")


def test_an_engine_that_is_gone_is_not_waited_for(tmp_path: Path) -> None:
    began = time.monotonic()
    with Watch(Seal(container="x", events=str(tmp_path / "gone"))) as watch:
        pass
    assert watch.met().cause() is None
    assert time.monotonic() - began < 4
