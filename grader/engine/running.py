"""How an image is to be run, and the same as the engine takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

OWN = "drydock.container"
# Of each process: open files, the bytes of a file, no core dumps.
PROCESS = {"nofile": 1024, "fsize": 64 * 1024 * 1024, "core": 0}
# The capabilities that a submission's containers have not: none that images use when they run. The others stay, as a
# verdict is about what `docker run` does: some images change owners or users, and some send raw packets (`ping`).
# Processors are not counted out either: a throttled start would be late by our doing, and time limits end what spins.
NEEDLESS = ("MKNOD", "SETFCAP", "AUDIT_WRITE")


class Mount(msgspec.Struct, frozen=True, kw_only=True):
    """A folder or file of this machine, or with `volume` a named volume of the engine, that shows inside."""

    source: str
    target: str
    read_only: bool = True
    volume: bool = False


class RunRequest(msgspec.Struct, frozen=True, kw_only=True):
    """How to run an image: see `Engine.run`, whose arguments these are."""

    image: str
    command: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    user: str | None = None
    entrypoint: str | None = None
    workdir: str | None = None
    ports: tuple[int, ...] = ()
    network: str = "none"
    read_only: bool = False
    memory_bytes: int = 0
    processes: int = 0
    cpus: float = 0.0
    mounts: tuple[Mount, ...] = ()
    tmpfs: tuple[str, ...] = ()
    labels: Mapping[str, str] = msgspec.field(default_factory=dict)
    bounded: bool = False
    careful: bool = False
    health: bool = False


def configuration(api: Any, request: RunRequest) -> dict[str, Any]:
    """The body of the call that makes the container."""
    host: dict[str, Any] = {
        "network_mode": request.network,
        "read_only": request.read_only,
        "port_bindings": dict.fromkeys(request.ports, ("127.0.0.1",)),
        "binds": [f"{mount.source}:{mount.target}{':ro' if mount.read_only else ''}" for mount in request.mounts],
        "tmpfs": dict.fromkeys(request.tmpfs, ""),
        # json-file would replace what is not UTF-8. Two files: the beginning of what was printed is shown with its end.
        "log_config": {"type": "local", "config": {"max-size": "10m", "max-file": "2", "compress": "false"}},
    }
    if request.memory_bytes:
        host |= {"mem_limit": request.memory_bytes, "memswap_limit": request.memory_bytes}
    if request.processes:
        host["pids_limit"] = request.processes
    if request.cpus:
        host["nano_cpus"] = int(request.cpus * 1e9)
    if request.bounded:
        host["cap_drop"] = ["ALL"]
    elif request.careful:
        host["cap_drop"] = list(NEEDLESS)
    if request.bounded or request.careful:
        host["security_opt"] = ["no-new-privileges"]
        host["ulimits"] = [{"Name": name, "Soft": value, "Hard": value} for name, value in PROCESS.items()]
    config = api.create_container_config(
        request.image,
        list(request.command) or None,
        environment=list(request.environment) or None,
        user=request.user,
        entrypoint=None if request.entrypoint is None else [request.entrypoint],
        working_dir=request.workdir,
        ports=list(request.ports) or None,
        labels={**request.labels, OWN: "1"},
        host_config=api.create_host_config(**host),
    )
    if not request.health:
        config["Healthcheck"] = {"Test": ["NONE"]}
    return dict(config)
