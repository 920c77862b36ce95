"""The way to a port in an engine's container. Here the program `docker` only runs what it is given, on this machine."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from grader.engine.boxed.relay import connected, held
from grader.engine.places import EngineAddress
from grader.errors import EngineError

Serve = Callable[[socket.socket], None]
# `docker exec --interactive CONTAINER COMMAND…`, on a machine that has much else to do.
DOCKER = '#!/bin/sh\nsleep {}\nshift 3\nexec "$@"\n'


@pytest.fixture
def outer(tmp_path: Path) -> EngineAddress:
    return address(tmp_path, DOCKER.format(0))


def address(folder: Path, script: str) -> EngineAddress:
    docker = folder / "docker"
    docker.write_text(script)
    docker.chmod(0o755)
    return EngineAddress(host="unix:///nowhere", docker=str(docker), path=os.defpath)


def serve(answer: Serve, accepted: int = 1) -> int:
    """The port of a server that gives each connection to `answer`, and then closes it."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        with listener:
            for _ in range(accepted):
                connection = listener.accept()[0]
                with connection, suppress(OSError):
                    answer(connection)

    threading.Thread(target=run, daemon=True).start()
    return int(listener.getsockname()[1])


def closed_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def echo(connection: socket.socket) -> None:
    connection.sendall(b"heard " + connection.recv(100))


def test_what_is_sent_arrives_and_what_comes_ends(outer: EngineAddress) -> None:
    with connected(outer, "box", serve(echo), 10) as connection:
        connection.settimeout(10)
        connection.sendall(b"a word\0")
        assert b"".join(iter(lambda: connection.recv(100), b"")) == b"heard a word\0"


def test_the_other_end_hears_of_our_going(outer: EngineAddress) -> None:
    gone = threading.Event()

    def wait(connection: socket.socket) -> None:
        if connection.recv(1) == b"":
            gone.set()

    connected(outer, "box", serve(wait), 10).close()
    assert gone.wait(10)


def test_nothing_listens(outer: EngineAddress) -> None:
    port = closed_port()
    with pytest.raises(ConnectionRefusedError):
        connected(outer, "box", port, 10)
    assert not held(outer, "box", port, 0.5)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda _: None, False),
        (lambda connection: connection.sendall(b"\0"), True),
        (lambda connection: connection.recv(1), True),
    ],
    ids=["closed at once", "spoken on", "held"],
)
def test_a_connection_is_held_or_not(outer: EngineAddress, answer: Serve, expected: bool) -> None:
    assert held(outer, "box", serve(answer), 0.5) is expected


def test_a_program_that_takes_long_to_start_says_nothing_of_the_port(tmp_path: Path) -> None:
    """Neither that somebody listens nor that nobody does: longer than the connection itself may take."""
    slow = address(tmp_path, DOCKER.format(3))
    with pytest.raises(ConnectionRefusedError):
        connected(slow, "box", closed_port(), 2)
    assert not held(slow, "box", closed_port(), 2)
    connected(slow, "box", serve(echo), 2).close()
    assert held(slow, "box", serve(lambda connection: connection.recv(1)), 2)


def test_an_engine_that_cannot_be_entered_is_the_machines_fault(tmp_path: Path) -> None:
    broken = address(tmp_path, "#!/bin/sh\nexit 1\n")
    began = time.monotonic()
    with pytest.raises(EngineError):
        connected(broken, "box", closed_port(), 1)
    with pytest.raises(EngineError):
        held(broken, "box", closed_port(), 1)
    assert time.monotonic() - began < 20
