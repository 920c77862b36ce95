"""The way into an engine's container, which has no network: the programs that `docker exec` starts there.

It works with any engine that can be reached, on this machine or not.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

from grader.engine.boxed.script import CARRY, HOLD, JOIN
from grader.engine.places import EngineAddress
from grader.errors import EngineError

DIAL = ("docker", "--host=unix:///run/docker.sock", "system", "dial-stdio")
# What a machine that has much else to do may take to start a program in a container.
BEGIN_SECONDS = 60.0


def inside(outer: EngineAddress, container: str, *command: str) -> list[str]:
    """The program and arguments that run `command` in the container, with this input and output."""
    return [outer.docker, "exec", "--interactive", container, *command]


def connected(outer: EngineAddress, container: str, port: int, seconds: float) -> socket.socket:
    """A connection to `port` of 127.0.0.1 in the container, made within `seconds`.

    Raises ConnectionRefusedError and TimeoutError as `create_connection` does, EngineError where nothing can be started
    in the container: how long that takes does not count.
    """
    ours = _begun(outer, container, port, CARRY)
    try:
        ours.settimeout(seconds)
        if not ours.recv(1):
            raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
    except BaseException:
        ours.close()
        raise
    return ours


def held(outer: EngineAddress, container: str, port: int, seconds: float) -> bool:
    """Whether `port` of 127.0.0.1 in the container takes a connection, and then speaks or holds it for `seconds`.

    Raises EngineError where nothing can be started in the container.
    """
    with _begun(outer, container, port, HOLD.format(seconds=f"{seconds:g}")) as ours:
        ours.settimeout(BEGIN_SECONDS + seconds)
        try:
            return ours.recv(1) != b""
        except OSError as error:
            raise EngineError(f"It could not be seen whether port {port} is listened at: {error}.") from error


def _begun(outer: EngineAddress, container: str, port: int, do: str) -> socket.socket:
    """What a program that has begun in the container, and connects with the port, says and is told."""
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            child = _joined(inside(outer, container, "sh", "-c", JOIN, "sh", str(port), do), outer, theirs)
        threading.Thread(target=child.wait, daemon=True).start()
        ours.settimeout(BEGIN_SECONDS)
        if not ours.recv(1):
            raise EngineError(f"Nothing can be started in the container {container} of an engine for a submission.")
    except OSError as error:
        ours.close()
        raise EngineError(f"The engine in the container {container} cannot be entered: {error}.") from error
    except BaseException:
        ours.close()
        raise
    return ours


class Relay:
    """A socket at `path` that is the engine's own; every connection is carried into its container."""

    def __init__(self, path: Path, outer: EngineAddress, container: str) -> None:
        self._outer, self._container = outer, container
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(path))
        path.chmod(0o600)
        self._listening.listen(64)
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        """Take no more connections; those that are there end with the container."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(connection,), daemon=True).start()

    def _carry(self, connection: socket.socket) -> None:
        with connection:
            # Many a client only looks whether somebody listens: a program is started when there is something to say.
            select.select([connection], [], [])
            if not connection.recv(1, socket.MSG_PEEK):
                return
            child = _joined(inside(self._outer, self._container, *DIAL), self._outer, connection)
        child.wait()


def _joined(command: list[str], outer: EngineAddress, end: socket.socket) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        env=outer.environment(os.environ),
        stdin=end.fileno(),
        stdout=end.fileno(),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
