"""whether something listens at the ports that the image exposes."""

from __future__ import annotations

import time
from contextlib import suppress

from grader.engine.containers import Container
from grader.errors import InputError
from grader.model import Tcp, TcpSeen
from grader.observe.bench import Bench
from grader.observe.patience import Patience
from grader.observe.published import MOST

PAUSE = 0.1
HELD_SECONDS = 1.0


def see(bench: Bench, probe: Tcp) -> TcpSeen:
    """Publish the exposed TCP ports on loopback, at most MOST of them, and connect to each until it takes it."""
    exposed = tuple(port for port in bench.image.config.exposed_ports if port.endswith("/tcp"))[:MOST]
    if not exposed:
        return TcpSeen()
    began = time.monotonic()
    ports = tuple(int(port.removesuffix("/tcp")) for port in exposed)
    try:
        with bench.start(ports=ports, network="bridge") as container:
            silent, code = _silent(container, ports, probe.seconds)
            return TcpSeen(
                exposed=exposed,
                silent=tuple(f"{port}/tcp" for port in silent),
                waited=time.monotonic() - began,
                exit_code=code,
                output=container.logs(4_000) if silent else "",
            )
    except InputError as unstarted:
        return TcpSeen(exposed=exposed, silent=exposed, error=unstarted.what)


def _silent(container: Container, ports: tuple[int, ...], seconds: float) -> tuple[list[int], int | None]:
    """The ports that took no connection in that time, and the exit code where the container ended meanwhile."""
    silent, patience = list(ports), Patience(seconds, container.cpu_seconds)
    while silent and not patience.over():
        silent = [port for port in silent if not _taken(container, port)]
        if silent and (code := container.wait(PAUSE)) is not None:
            return silent, code
    return silent, None


def _taken(container: Container, port: int) -> bool:
    # It may end at any time.
    with suppress(InputError):
        return container.listens(port, HELD_SECONDS)
    return False
