"""Drydock's own engine: started once, reachable from here only, gone without a trace."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from grader.engine.bases.ensure import ensure
from grader.engine.bridge import Network, bridge_name, bridges_in, free_range
from grader.engine.daemon import daemon_command
from grader.engine.lock import locked
from grader.engine.places import Places, PrivateSpec
from grader.engine.private import start, status, stop
from grader.engine.process import Process, started
from grader.errors import EngineError, LockedError
from tests.engine.client import docker

SPEC = PrivateSpec()
SERVE = "mkdir /w; echo hello > /w/index.html; exec httpd -f -p 80 -h /w"


def listening(port: int) -> list[str]:
    """The addresses at which `port` listens, as proc_net(5) has them."""
    rows = [row for name in ("tcp", "tcp6") for row in Path("/proc/net", name).read_text().splitlines()[1:]]
    local = [row.split()[1].split(":") for row in rows if row.split()[3] == "0A"]
    return [address for address, number in local if int(number, 16) == port]


def firewall() -> list[str]:
    """The machine's firewall rules, where it has programs that list them."""
    listed = (["iptables-save"], ["iptables-legacy-save"], ["nft", "list", "ruleset"])
    there = [words for words in listed if shutil.which(words[0])]
    said = [subprocess.run(words, capture_output=True, text=True, check=False).stdout for words in there]
    return "\n".join(said).splitlines()


def traces(places: Places) -> list[str]:
    """What is left of the engines of `places`: processes, mounts, bridges, firewall rules, cgroups, files."""
    key = f"drydock-{places.key}"
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        found += [text] if key in text else []
    found += [line for line in Path("/proc/mounts").read_text().splitlines() if key in line or places.data in line]
    found += [path.name for path in Path("/sys/class/net").glob(f"dd{places.key}*")]
    found += [rule for rule in firewall() if f"dd{places.key}" in rule]
    # Other engines' containers come and go while one looks.
    for above, folders, _ in os.walk("/sys/fs/cgroup"):
        found += [f"{above}/{name}" for name in folders if name.startswith(key)]
    return found + ([places.run] if Path(places.run).exists() else [])


@pytest.mark.engine
def test_started_stopped_and_no_trace_left(places: Places) -> None:
    engine = start(places, SPEC, print)
    assert start(places, SPEC, print) == engine
    ensure(engine, places, ["busybox:1.37"], print)
    docker(engine, "network", "create", "two")
    docker(engine, "run", "-d", "--network=two", "--name=www", "busybox:1.37", "sh", "-c", SERVE)
    docker(engine, "run", "-d", "--name=sleeper", "busybox:1.37", "sleep", "1000")
    seen = status(places, "main")
    assert (seen.running, seen.store, seen.host) == (True, "graph", engine.host)
    assert seen.disk_bytes > 1_000_000
    assert traces(places)
    network = Network((places.engine("main") / "network").read_text())
    assert len(bridges_in(network)) == 2
    begin = time.monotonic()
    assert stop(places, "main")
    assert time.monotonic() - begin < 10  # dockerd by itself would give each container ten seconds
    assert traces(places) == []
    assert bridges_in(network) == []
    assert not stop(places, "main")
    assert not status(places, "main").running
    engine = start(places, SPEC, print)
    assert docker(engine, "ps", "-aq", "--filter=name=www")


@pytest.mark.engine
def test_killed_and_started_again(places: Places) -> None:
    """Everything ends with the one process; the stale socket, pid file, bridge and cgroups do not disturb the next."""
    engine = start(places, SPEC, print)
    ensure(engine, places, ["busybox:1.37"], print)
    docker(engine, "run", "-d", "--name=sleeper", "busybox:1.37", "sleep", "1000")
    pid = status(places, "main").pid
    Process(pid=pid, started=started(pid)).end(signal.SIGKILL, 10)
    limit = time.monotonic() + 10
    while any("sleep" in trace or "dockerd" in trace for trace in traces(places)) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not status(places, "main").running
    again = start(places, SPEC, print)
    assert again == engine
    assert docker(again, "run", "--rm", "busybox:1.37", "echo", "here") == "here"
    assert status(places, "main").pid != pid


def _start(data: str) -> str:
    return start(Places.from_environment({"DRYDOCK_HOME": data}), SPEC, lambda _: None).host


@pytest.mark.engine
def test_never_started_twice(places: Places) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(_start, [places.data] * 4))) == 1
    daemons = [trace for trace in traces(places) if trace.startswith("dockerd ")]
    assert len(daemons) == 1


@pytest.mark.engine
def test_ports_on_this_machine_only_and_names_between_containers(places: Places) -> None:
    engine = start(places, SPEC, print)
    ensure(engine, places, ["busybox:1.37"], print)
    docker(engine, "run", "-d", "-p", "80", "--name=out", "busybox:1.37", "sh", "-c", SERVE)
    address, _, port = docker(engine, "port", "out", "80/tcp").splitlines()[0].rpartition(":")
    assert address == "127.0.0.1"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        assert answer.read() == b"hello\n"
    assert listening(int(port)) == ["0100007F"]
    docker(engine, "network", "create", "two")
    docker(engine, "run", "-d", "--network=two", "--name=www", "busybox:1.37", "sh", "-c", SERVE)
    assert docker(engine, "run", "--rm", "--network=two", "busybox:1.37", "wget", "-qO-", "http://www/") == "hello"


@pytest.mark.engine
def test_two_engines_side_by_side(places: Places) -> None:
    one = start(places, SPEC, print)
    two = start(places, PrivateSpec(name="b", store="containerd"), print)
    assert one.host != two.host
    assert docker(two, "info", "--format", "{{.Driver}}") == "overlayfs"
    assert docker(one, "info", "--format", "{{.Driver}}") != "overlayfs"
    assert "forwarding" not in docker(one, "info", "--format", "{{.Warnings}}")
    assert stop(places, "b")
    assert docker(one, "version", "--format", "{{.Server.Version}}")


@pytest.mark.engine
def test_an_engine_in_memory_is_bounded_and_forgets(places: Places) -> None:
    spec = PrivateSpec(name="memory", memory_bytes=60_000_000)
    engine = start(places, spec, print)
    ensure(engine, places, ["busybox:1.37"], print)
    fill = ("dd", "if=/dev/zero", "of=/full", "bs=1M", "count=80")
    with pytest.raises(AssertionError, match="No space left on device"):
        docker(engine, "run", "--rm", "--network=none", "busybox:1.37", *fill)
    assert status(places, "memory").disk_bytes < 1_000_000
    assert stop(places, "memory")
    assert traces(places) == []
    engine = start(places, spec, print)
    assert docker(engine, "image", "ls", "-q") == ""


@pytest.mark.engine
def test_the_oldest_engine(places: Places) -> None:
    old = start(places, PrivateSpec(name="old", suite="trixie"), print)
    assert docker(old, "version", "--format", "{{.Server.Version}}").startswith("26.1.")
    assert "0.13.1" in docker(old, "buildx", "version")


@pytest.mark.engine
def test_a_start_that_fails_shows_the_log_and_leaves_nothing(places: Places) -> None:
    folder = places.engine("main")
    folder.mkdir(parents=True)
    (folder / "data").write_text("a file where the folder should be")
    with pytest.raises(EngineError, match=r"(?s)ended while it started\. The end of .*dockerd\.log:.*points to a file"):
        start(places, SPEC, print)
    assert traces(places) == []


@pytest.mark.parametrize("seed", ["00000000", "65939f71", "ffffffff"])
def test_a_free_range_is_no_route_of_this_machine(seed: str) -> None:
    found = free_range(seed)
    assert found.prefixlen == 20
    assert found.subnet_of(Network("10.0.0.0/8"))
    assert free_range("12345678", str(found)) == found


def test_the_groups_are_the_engines_own_where_systemd_runs(tmp_path: Path) -> None:
    """Seen on Debian with version 2 of the control groups: dockerd ended, it wanted a slice as the parent."""
    command = daemon_command(tmp_path, tmp_path, "bridge", "drydock-key-main")
    assert {"--cgroup-parent=/drydock-key-main", "--exec-opt=native.cgroupdriver=cgroupfs"} <= set(command)


def test_names_fit() -> None:
    assert len(bridge_name("65939f71", "a-long-name-of-an-engine")) <= 15
    places = Places.from_environment({"DRYDOCK_HOME": "/a/" + "long/" * 60})
    assert len(str(places.running("main") / "exec/containerd/containerd-debug.sock")) < 107


def test_who_holds_a_lock_is_named(tmp_path: Path) -> None:
    file = tmp_path / "locks/engine.lock"
    said: list[str] = []
    with (
        locked(file, "starting engine 'main'", said.append),
        pytest.raises(LockedError, match=rf"held by process {os.getpid()} \(starting engine 'main'\)"),
        locked(file, "another", said.append, seconds=0.2),
    ):
        pass
    assert said == [f"Waiting for process {os.getpid()} (starting engine 'main') …"]
    with locked(file, "again", said.append, seconds=0.2):
        pass


def test_a_lock_is_let_go_when_its_holder_ends(tmp_path: Path) -> None:
    file = tmp_path / "a.lock"
    order: list[str] = []

    def wait() -> None:
        with locked(file, "second", order.append, seconds=10):
            order.append("second")

    with locked(file, "first", order.append):
        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.2)
        order.append("first ends")
    thread.join(10)
    assert order[-2:] == ["first ends", "second"]


def test_a_number_used_again_is_another_process() -> None:
    assert Process(pid=os.getpid(), started=started(os.getpid())).alive
    assert not Process(pid=os.getpid(), started=1).alive
