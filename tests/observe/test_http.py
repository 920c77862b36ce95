"""Asking over HTTP: an answer is an answer, and a server that dribbles it does not hold the grader up."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from grader.observe.http import BODY_BYTES, ask

Serve = Callable[[list[bytes], float], int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A server on loopback that sends pieces to the first who asks, one after each pause; its port."""
    ended = threading.Event()
    threads: list[threading.Thread] = []

    def begin(pieces: list[bytes], pause: float) -> int:
        listener = socket.create_server(("127.0.0.1", 0))

        def answer() -> None:
            with listener, listener.accept()[0] as asking:
                try:
                    asking.recv(65_536)
                    for piece in pieces:
                        asking.sendall(piece)
                        if ended.wait(pause):
                            return
                except OSError:
                    return

        threads.append(threading.Thread(target=answer))
        threads[-1].start()
        return int(listener.getsockname()[1])

    yield begin
    ended.set()
    for thread in threads:
        thread.join(10)


def test_an_answer(serve: Serve) -> None:
    port = serve([b"HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 2\r\n\r\n", b"hi"], 0)
    seen = ask("127.0.0.1", port, "/", 2.0)
    assert (seen.status, seen.body, seen.headers["x-a"]) == (200, "hi", "b")


def test_a_body_without_end_is_cut(serve: Serve) -> None:
    port = serve([b"HTTP/1.1 200 OK\r\n\r\n", b"a" * (2 * BODY_BYTES)], 0)
    assert len(ask("127.0.0.1", port, "/", 2.0).body) == BODY_BYTES


@pytest.mark.parametrize(
    "pieces",
    [
        [b"H"] * 100,
        [b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 90],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n", *[b"a"] * 90],
        [b"HTTP/1.1 200 OK\r\n\r\n", *[b"a"] * 90],
        [b""] * 100,
    ],
    ids=["status", "headers", "body", "body-without-length", "silence"],
)
def test_a_server_that_dribbles_is_given_up_in_time(serve: Serve, pieces: list[bytes]) -> None:
    port = serve(pieces, 0.2)
    began = time.monotonic()
    with pytest.raises((OSError, http.client.HTTPException)):
        ask("127.0.0.1", port, "/", 1.0)
    assert time.monotonic() - began < 15  # all of it takes 20 s
