"""One sealed engine: started on a disk of its own, and ended with everything that it had."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.engine import owned
from grader.engine.daemon import client_folder, host_in
from grader.engine.ping import get
from grader.engine.places import EngineAddress, Places, Seal
from grader.engine.process import Process, started
from grader.engine.provision import library_environment, programs_path
from grader.engine.run import need_room, output, room_in, system_environment, tail
from grader.engine.sealed import oci
from grader.engine.sealed.bounds import Bounds
from grader.engine.sealed.cgroups import Cgroup
from grader.engine.sealed.inside import set_loopback_up
from grader.engine.sealed.script import command
from grader.errors import EngineError, NoEngineError

START_SECONDS = 60.0
END_SECONDS = 15.0
PREFIX = "sealed-"


@dataclass
class Sealed:
    """A sealed engine that runs; it ends when it is told to, or when this process does."""

    address: EngineAddress
    disk: Path
    run: Path
    engine: Process
    _watcher: subprocess.Popen[str]

    def begin_end(self) -> None:
        """Have it killed, and everything that it had removed; returns at once."""
        if self._watcher.stdin:
            with suppress(OSError):
                self._watcher.stdin.close()

    def end(self) -> None:
        """End it, and wait until nothing is left.

        Raises EngineError when something is, after END_SECONDS.
        """
        self.begin_end()
        try:
            self._watcher.wait(END_SECONDS)
        except subprocess.TimeoutExpired as late:
            raise EngineError(f"The sealed engine {self.address.name} does not end.") from late
        if self.run.exists():
            raise EngineError(f"Not everything of the sealed engine {self.address.name} could be removed.")


def new_disk(places: Places, name: str) -> Path:
    """The file that is the disk of the engine `name`."""
    return places.sealed / f"{name}.img"


def register(places: Places) -> str:
    """The name of a new sealed engine, taken and noted as this process's; what it has is found by it (see `leftover`).

    Raises DiskFullError when no space is left.
    """
    name = owned.register(places, PREFIX, 0o711)
    with room_in(Path(places.run)):
        (places.running(name) / "data").mkdir()
        places.sealed.mkdir(parents=True, exist_ok=True)
    return name


def copied(template: Path, disk: Path, needed: int) -> None:
    """Copy a disk, its holes too; raises DiskFullError unless this machine has `needed` bytes more for it to grow."""
    need_room(disk.parent, needed)
    output(
        ["cp", "--sparse=auto", "--reflink=auto", template, disk],
        env=system_environment(),
        seconds=120,
        failure=EngineError,
        what="The disk of a sealed engine cannot be made",
    )


def loops_of(disk: Path) -> list[str]:
    """The loop devices that hold this file."""
    found = []
    for backing in Path("/sys/block").glob("loop*/loop/backing_file"):
        with suppress(OSError):
            if backing.read_text("utf-8", errors="replace").rstrip("\n") == str(disk):
                found.append(backing.parent.parent.name)
    return found


def up(places: Places, template: Path, size: int, prefix: Path, bounds: Bounds, runsc: Path | None = None) -> Sealed:
    """Start a new engine on a copy of the disk `template`, which may grow to `size` bytes; raises as `launch` does."""
    name = register(places)
    with removed_on_failure(places, name):
        copied(template, new_disk(places, name), size)
        return launch(places, name, prefix, bounds, runsc=runsc)


@contextmanager
def removed_on_failure(places: Places, name: str) -> Iterator[None]:
    """Where the block fails, nothing of the registered engine `name` stays."""
    try:
        yield
    except BaseException:
        new_disk(places, name).unlink(missing_ok=True)
        shutil.rmtree(places.running(name), ignore_errors=True)
        raise


def launch(
    places: Places, name: str, prefix: Path, bounds: Bounds, *, discard: bool = False, runsc: Path | None = None
) -> Sealed:
    """Start the registered engine `name` on its disk with the programs in `prefix`; it answers when this returns.

    With `runsc`, gVisor's program, that runs its build steps and containers; else runc does.
    Raises EngineError with the end of its log when it does not start, NoEngineError when there can be none here.
    """
    run, disk = places.running(name), new_disk(places, name)
    cgroup = Cgroup(name=f"drydock-{places.key}-{name}")
    cgroup.make(bounds)
    shim = _shim(run, runsc) if runsc else None
    (run / "daemon.json").write_bytes(_configuration(shim))
    watcher = _started(command(str(run), str(disk), cgroup, _daemon(run, cgroup), discard=discard), run, prefix, shim)
    try:
        engine = _waited_for(run, watcher)
        seal = Seal(
            network=f"/proc/{engine.pid}/ns/net",
            disk=f"/proc/{engine.pid}/root{run}/data",
            cgroup=cgroup.name,
            room=str(disk.parent),
            runtime="runsc" if runsc else "runc",
            memory_bytes=bounds.memory_bytes,
            files=bounds.files,
            disk_bytes=bounds.disk_bytes,
            processes=bounds.processes,
        )
        set_loopback_up(seal.network)
        address = EngineAddress(
            host=host_in(run),
            docker=str(prefix / "usr/bin/docker"),
            config=client_folder(run, prefix),
            private=True,
            name=name,
            path=programs_path(prefix),
            tier="hardened-gvisor" if runsc else "hardened",
            seal=seal,
        )
        return Sealed(address=address, disk=disk, run=run, engine=engine, _watcher=watcher)
    except BaseException:
        assert watcher.stdin is not None
        watcher.stdin.close()
        watcher.wait()
        raise


def _configuration(shim: Path | None) -> bytes:
    config: dict[str, object] = {"log-opts": {"max-size": "10m", "max-file": "2"}, "features": {"buildkit": True}}
    if shim is not None:
        config |= {"runtimes": {"runsc": {"path": str(shim)}}, "default-runtime": "runsc"}
    return msgspec.json.encode(config)


def _shim(run: Path, runsc: Path) -> Path:
    """The program that Docker and BuildKit call in runc's place (see `oci`)."""
    path = run / "runtime"
    words = [sys.executable, "-I", "-S", oci.__file__, str(runsc), str(run / "runsc")]
    path.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
    path.chmod(0o755)
    return path


def _daemon(run: Path, cgroup: Cgroup) -> list[str]:
    return [
        "dockerd",
        f"--config-file={run / 'daemon.json'}",
        f"--data-root={run / 'data'}",
        f"--exec-root={run / 'exec'}",
        f"--host={host_in(run)}",
        f"--pidfile={run / 'dockerd.pid'}",
        f"--cgroup-parent={cgroup.parent}",
        "--exec-opt=native.cgroupdriver=cgroupfs",
        "--storage-driver=overlay2",
        "--iptables=false",
        "--ip6tables=false",
        "--ip-forward=false",
        "--ip-masq=false",
        "--ip=127.0.0.1",
    ]


def _started(arguments: list[str], run: Path, prefix: Path, shim: Path | None) -> subprocess.Popen[str]:
    env = system_environment() | {"PATH": programs_path(prefix)} | library_environment(prefix)
    env |= {"DOCKER_BUILDKIT_RUNC_COMMAND": str(shim)} if shim else {}
    with (run / "dockerd.log").open("wb") as log:
        try:
            return subprocess.Popen(
                arguments,
                env=env,
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                text=True,
            )
        except OSError as error:
            raise NoEngineError(f"A sealed engine cannot be started: {error.strerror}.") from error


def _waited_for(run: Path, watcher: subprocess.Popen[str]) -> Process:
    """The engine's first process, once the engine answers."""
    assert watcher.stdout is not None
    with watcher.stdout as said:
        pid = int(said.readline().strip() or 0)
    outer = Process(pid=pid, started=started(pid))
    limit = time.monotonic() + START_SECONDS
    while True:
        with suppress(EngineError):
            get(host_in(run), "/version", 2)
            if children := outer.children():
                return children[0]
        if outer.alive and time.monotonic() < limit:
            time.sleep(0.01)
            continue
        how = f"did not answer within {START_SECONDS:.0f} s" if outer.alive else "ended while it started"
        said_last = tail((run / "dockerd.log").read_text("utf-8", errors="replace"), 12)
        raise EngineError(f"The sealed engine {how}. The end of its log:\n{said_last}")
