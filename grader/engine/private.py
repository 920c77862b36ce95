"""Drydock's own engine: a dockerd with its own socket, image store, bridge and namespaces, started and stopped here.

It runs in a mount and a PID namespace of its own, so that however it ends, nothing it started goes on and nothing it
mounted stays. What a killed one leaves (a socket, a bridge, empty cgroups) is removed by the next start or stop.
"""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from grader.engine.bridge import Network, bridge_name, bridges_in, free_range, make_bridge, remove_bridge
from grader.engine.daemon import bytes_in, client_folder, daemon_command, daemon_configuration, host_in, remove_cgroups
from grader.engine.distribution import how_to_install
from grader.engine.lock import locked
from grader.engine.packages import Say
from grader.engine.ping import get, post
from grader.engine.places import EngineAddress, EngineStatus, Places, PrivateSpec
from grader.engine.process import Process, started
from grader.engine.provision import library_environment, programs_path, provide
from grader.engine.run import NO_SPACE, disk_full, room_in, system_environment, tail
from grader.errors import EngineError, NoEngineError
from grader.model.reading import from_json

START_SECONDS = 60.0
STOP_SECONDS = 10.0


class _Record(Struct, frozen=True, kw_only=True):
    """What is written down of a started engine."""

    spec: PrivateSpec
    process: Process
    bridge: str
    network: str
    cgroup: str
    since: float


def start(places: Places, spec: PrivateSpec, say: Say) -> EngineAddress:
    """The address of the private engine `spec`, which is provided and started when it is not running yet.

    Raises NoEngineError where there can be none, EngineError with the end of its log when it does not start,
    DiskFullError when no space is left, LockedError when another Drydock is at it for too long.
    """
    if os.geteuid() != 0:
        raise NoEngineError("Drydock's own engine needs root.", how_to_install())
    prefix = provide(places, spec, say)
    with locked(places.lock(f"engine-{spec.name}"), f"starting engine '{spec.name}'", say):
        record = _record(places, spec.name)
        if record and record.process.alive and _answers(places, spec.name, 5):
            return _address(places, record.spec, prefix)
        with room_in(places.engine(spec.name)):
            _clear(places, spec.name, record)
            _launch(places, spec, prefix, say)
    return _address(places, spec, prefix)


def stop(places: Places, name: str, say: Say = lambda _: None) -> bool:
    """Stop the private engine `name` and remove its processes, bridges and cgroups; returns whether it was running.

    Its images and containers stay on the disk. Raises LockedError when another Drydock is at it for too long.
    """
    if not places.running(name).exists():
        return False
    with locked(places.lock(f"engine-{name}"), f"stopping engine '{name}'", say):
        record = _record(places, name)
        was_running = bool(record and record.process.alive)
        _clear(places, name, record)
        return was_running


def status(places: Places, name: str) -> EngineStatus:
    """What is known of the private engine `name`; nothing is started, and no error is raised when there is none."""
    record = _record(places, name)
    folder = places.engine(name)
    log = str(folder / "dockerd.log")
    disk = bytes_in(folder)
    if not record or not record.process.alive:
        return EngineStatus(name=name, running=False, disk_bytes=disk, log=log)
    known: dict[str, object] = {}
    with suppress(EngineError):
        known = get(_host(places, name), "/info")
    return EngineStatus(
        name=name,
        running=bool(known),
        pid=record.process.pid,
        version=str(known.get("ServerVersion", "")),
        store=record.spec.store,
        host=_host(places, name),
        since=record.since,
        disk_bytes=disk,
        images=int(str(known.get("Images", 0))),
        log=log,
    )


def spec_of(places: Places, name: str) -> PrivateSpec:
    """How the private engine `name` was last started; the default for one that has left no record."""
    record = _record(places, name)
    return record.spec if record else PrivateSpec(name=name)


def engine_names(places: Places) -> list[str]:
    """The names of the private engines that have ever been started."""
    folder = Path(places.data, "engines")
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def remove(places: Places, name: str, say: Say = lambda _: None) -> None:
    """Stop the private engine `name` and delete all it holds."""
    stop(places, name, say)
    if places.engine(name).exists():
        with locked(places.lock(f"engine-{name}"), f"deleting engine '{name}'", say):
            shutil.rmtree(places.engine(name))


def _launch(places: Places, spec: PrivateSpec, prefix: Path, say: Say) -> None:
    folder, run = places.engine(spec.name), places.running(spec.name)
    for path in (folder / "config/cli-plugins", run):
        path.mkdir(parents=True, exist_ok=True)
    run.chmod(0o711)
    bridge = bridge_name(places.key, spec.name)
    with locked(places.lock("network"), f"choosing the network of engine '{spec.name}'", say):
        chosen = folder / "network"
        network = free_range(places.key, chosen.read_text("ascii").strip() if chosen.exists() else "")
        _write(chosen, str(network).encode())
        make_bridge(bridge, next(network.subnets(new_prefix=24)))
    cgroup = f"drydock-{places.key}-{spec.name}"
    (run / "one").write_text("1\n")
    (folder / "daemon.json").write_bytes(daemon_configuration(spec, network, places.mirror))
    log = folder / "dockerd.log"
    env = system_environment() | {"PATH": programs_path(prefix)} | library_environment(prefix)
    with log.open("wb") as file:
        child = subprocess.Popen(
            daemon_command(folder, run, bridge, cgroup, spec.memory_bytes),
            env=env,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    process = Process(pid=child.pid, started=started(child.pid))
    record = _Record(spec=spec, process=process, bridge=bridge, network=str(network), cgroup=cgroup, since=time.time())
    try:
        _write(run / "engine.json", msgspec.json.encode(record))
        say(f"Starting Drydock's own Docker engine '{spec.name}' …")
        _wait(places, spec.name, child, log)
    except BaseException:
        _clear(places, spec.name, record)
        raise
    child.returncode = 0  # it outlives this process: nothing here waits for it


def _wait(places: Places, name: str, child: "subprocess.Popen[bytes]", log: Path) -> None:
    limit = time.monotonic() + START_SECONDS
    while not _answers(places, name, 2):
        ended = child.poll() is not None
        if not ended and time.monotonic() < limit:
            time.sleep(0.03)
            continue
        said = log.read_text("utf-8", errors="replace")
        if NO_SPACE in said:
            raise disk_full(places.engine(name))
        how = "ended while it started" if ended else f"did not answer within {START_SECONDS:.0f} s"
        raise EngineError(f"Drydock's own Docker engine {how}. The end of {log}:\n{tail(said, 12)}")


def _clear(places: Places, name: str, record: _Record | None) -> None:
    """End the engine's processes, if any, and remove everything of it that does not last."""
    run = places.running(name)
    cgroup, bridge = f"drydock-{places.key}-{name}", bridge_name(places.key, name)
    if record:
        _kill_containers(places, name)
        for child in record.process.children():
            child.end(signal.SIGTERM, STOP_SECONDS)
        if not record.process.end(signal.SIGKILL, STOP_SECONDS):
            raise EngineError(f"Process {record.process.pid} of Drydock's own engine does not end.")
        cgroup = record.cgroup
        for own in bridges_in(Network(record.network)):
            remove_bridge(own)
    remove_bridge(bridge)
    remove_cgroups(cgroup)
    shutil.rmtree(run, ignore_errors=True)
    with suppress(OSError):
        Path(places.run).rmdir()


def _kill_containers(places: Places, name: str) -> None:
    """End what runs in containers at once: dockerd would give each of them ten seconds."""
    with suppress(EngineError):
        for container in get(_host(places, name), "/containers/json"):
            with suppress(EngineError):
                post(_host(places, name), f"/containers/{container['Id']}/kill")


def _record(places: Places, name: str) -> _Record | None:
    try:
        return from_json((places.running(name) / "engine.json").read_bytes(), _Record)
    except (OSError, msgspec.DecodeError):
        return None


def _write(path: Path, content: bytes) -> None:
    new = path.with_suffix(".new")
    new.write_bytes(content)
    new.replace(path)


def _host(places: Places, name: str) -> str:
    return host_in(places.running(name))


def _answers(places: Places, name: str, seconds: float) -> bool:
    try:
        get(_host(places, name), "/version", seconds)
    except EngineError:
        return False
    return True


def _address(places: Places, spec: PrivateSpec, prefix: Path) -> EngineAddress:
    return EngineAddress(
        host=_host(places, spec.name),
        docker=str(prefix / "usr/bin/docker"),
        config=client_folder(places.engine(spec.name), prefix),
        private=True,
        name=spec.name,
        path=programs_path(prefix),
        disk="" if spec.memory_bytes else str(places.engine(spec.name)),
    )
