"""Into the network of a sealed engine, which is reachable from nowhere: sockets that are made in it, from outside."""

from __future__ import annotations

import ctypes
import os
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

from grader.engine.bridge import set_up
from grader.errors import EngineError

T = TypeVar("T")
CLONE_NEWNET = 0x40000000  # <linux/sched.h>


def within(network: str, act: Callable[[], T]) -> T:
    """What `act` returns when it is done in the network namespace `network`, a path as /proc/1/ns/net.

    A namespace is a thread's own: a thread enters it and ends, and a socket that it made stays in it. What `act` raises
    is raised here; EngineError when the namespace cannot be entered.
    """
    found: list[T] = []
    failed: list[BaseException] = []

    def enter() -> None:
        try:
            _enter(network)
            found.append(act())
        except BaseException as error:  # noqa: BLE001 - it is raised again, in the thread that asked
            failed.append(error)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return found[0]


def connected(network: str, host: str, port: int, seconds: float) -> socket.socket:
    """A TCP connection to `host` and `port` as they are in `network`; raises OSError as `create_connection` does."""
    return within(network, lambda: socket.create_connection((host, port), seconds))


def set_loopback_up(network: str) -> None:
    """Bring up the loopback interface of a new network namespace."""

    def act() -> None:
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as control:
            set_up(control, "lo", True)

    within(network, act)


def _enter(network: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        descriptor = os.open(network, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise EngineError(f"The network of the sealed engine is gone: {error.strerror}.") from error
    try:
        if libc.setns(descriptor, CLONE_NEWNET):
            raise EngineError(f"The network of the sealed engine is closed: {os.strerror(ctypes.get_errno())}.")
    finally:
        os.close(descriptor)
