"""Connections to the ports that a container publishes, on this machine or in a network that nobody else reaches."""

from __future__ import annotations

import socket
from contextlib import suppress

from grader.engine.places import Seal

Place = tuple[str, int]
"""A host and a port, as they are in the network of the container's engine."""


def connected(seal: Seal | None, place: Place, seconds: float) -> socket.socket:
    """A connection to `place`, made within `seconds`.

    `seal` tells where that is (None: in this machine's own network). Raises OSError when nothing takes it, as
    `create_connection` does, and EngineError where that network cannot be entered.
    """
    if seal is None:
        return socket.create_connection(place, seconds)
    if seal.outer is not None:
        from grader.engine.boxed import relay

        return relay.connected(seal.outer, seal.container, place[1], seconds)
    from grader.engine.sealed import inside

    return inside.connected(seal.network, *place, seconds)


def held(seal: Seal | None, place: Place, seconds: float) -> bool:
    """Whether a connection to `place` is taken, and then either spoken on or held for `seconds`.

    Docker's own proxy takes every connection, and ends it at once where nothing listens behind it.
    """
    if seal is not None and seal.outer is not None:
        from grader.engine.boxed import relay

        return relay.held(seal.outer, seal.container, place[1], seconds)
    with suppress(OSError), connected(seal, place, seconds) as connection:
        connection.settimeout(seconds)
        try:
            return connection.recv(1) != b""
        except TimeoutError:
            return True
    return False
