"""the container's answer over HTTP."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import msgspec

from grader.engine.containers import Container
from grader.errors import InputError
from grader.model import Http, HttpSeen
from grader.observe.bench import Bench
from grader.observe.patience import Patience

SHARES = "container"

BODY_BYTES = 65_536
PAUSE = 0.05
ANSWER_SECONDS = 5.0

Connect = Callable[[tuple[str, int], float], socket.socket]


def see(bench: Bench, probe: Http) -> HttpSeen:
    """Ask until there is an answer, the container ends, or the exercise's run time is over."""
    began = time.monotonic()
    limit = bench.exercise.limits.run_seconds
    try:
        container = bench.running()
    except InputError as unstarted:
        return HttpSeen(status=None, error=unstarted.what)
    answer = answer_of(container, probe.port, probe.path, limit, began)
    if answer.status is not None:
        bench.answered()
    return answer


def answer_of(container: Container, inside: int, path: str, limit: float, began: float) -> HttpSeen:
    """What the container answers at its published port `inside`, asked for `limit` seconds; `began` is monotonic."""
    try:
        host, port = container.port(inside)
    except InputError as ended:
        code = container.wait(0)
        return _silence(container, began, code, ended.what)
    error = "nothing answered"
    patience = Patience(limit, container.cpu_seconds)
    while not patience.over():
        try:
            answer = ask(host, port, path, ANSWER_SECONDS, container.connect)
            return msgspec.structs.replace(answer, waited=time.monotonic() - began)
        except (OSError, http.client.HTTPException) as refused:
            error = _plain(refused)
        code = container.wait(PAUSE)
        if code is not None:
            return _silence(container, began, code, f"the container ended with exit code {code} before it answered")
    return _silence(container, began, None, f"{error} within {max(limit, round(patience.passed)):g} s")


def ask(host: str, port: int, path: str, seconds: float, connect: Connect = socket.create_connection) -> HttpSeen:
    """The answer to GET `path`, at most BODY_BYTES of its body, whole within `seconds`; `connect` makes the connection.

    Raises OSError or HTTPException where there is none in that time, however slowly it comes.
    """
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    connection.sock = connect((host, port), seconds)
    late = threading.Event()

    # The socket's own time limit counts from byte to byte, so a server that dribbles would never meet it.
    def give_up(sock: socket.socket) -> None:
        late.set()
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    clock = threading.Timer(seconds, give_up, [connection.sock])
    clock.start()
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        body = answer.read(BODY_BYTES)
    finally:
        clock.cancel()
        connection.close()
    if late.is_set():
        raise TimeoutError("the answer did not end")
    return HttpSeen(
        status=answer.status,
        body=body.decode("utf-8", "backslashreplace"),
        headers={name.lower(): value for name, value in answer.getheaders()},
    )


def _silence(container: Container, began: float, code: int | None, error: str) -> HttpSeen:
    return HttpSeen(
        status=None,
        waited=time.monotonic() - began,
        exit_code=code,
        output=container.logs(4_000),
        error=error,
        memory_bytes=container.memory_met(),
    )


def _plain(refused: Exception) -> str:
    if isinstance(refused, TimeoutError):
        return "the connection was taken, but no answer came"
    return "nothing answered"
