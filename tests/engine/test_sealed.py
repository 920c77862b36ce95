"""A sealed engine: it builds and runs what is on its own disk, and however it ends, nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from grader.engine.client import Engine
from grader.engine.sealed.bounds import Bounds
from grader.engine.sealed.cgroups import Cgroup
from grader.engine.sealed.launch import launch, loops_of, new_disk, register
from grader.engine.sealed.leftover import leftovers, remove_leftovers
from grader.errors import NoEngineError
from tests.conftest import BUSYBOX
from tests.engine.sealing import SMALL, Sealing, nothing_left


@pytest.mark.engine
def test_builds_and_runs_and_leaves_nothing(sealing: Sealing, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a\n")
    text = f"FROM {BUSYBOX}\nCOPY a.txt /a.txt\nRUN cat /a.txt /a.txt > /b.txt\nCMD cat /b.txt\n"
    sealed = sealing.up()
    try:
        engine = Engine(sealed.address)
        built = engine.build(
            tmp_path, seconds=60, output_bytes=10_000, dockerfile=text.encode(), allowed_bases=[BUSYBOX]
        )
        assert built.failure is None
        with engine.run(built.image) as container:
            assert (container.wait(20), container.logs()) == (0, "a\na\n")
        engine.close()
        assert loops_of(sealed.disk)
    finally:
        sealed.end()
    assert nothing_left(sealing.places) == []


@pytest.mark.engine
def test_has_its_own_network_disk_and_limits(sealing: Sealing) -> None:
    """What a build step can see of the machine: no interface but its loopback, no file larger than the disk."""
    sealed = sealing.up()
    try:
        assert sealed.address.seal is not None
        assert Path(sealed.address.seal.network).readlink() != Path("/proc/self/ns/net").readlink()
        group = Cgroup(name=f"drydock-{sealing.places.key}-{sealed.address.name}")
        assert sealed.engine.pid in group.processes()
        if not group.unified:
            assert int((group.of("memory", "containers") / "memory.limit_in_bytes").read_text()) == SMALL.memory_bytes
            assert int((group.of("memory") / "memory.limit_in_bytes").read_text()) > SMALL.memory_bytes
        options = next(
            line.split()[3]
            for line in Path(f"/proc/{sealed.engine.pid}/mounts").read_text().splitlines()
            if line.split()[1] == f"{sealed.run}/data"
        )
        assert {"nodev", "nosuid"} <= set(options.split(","))
        assert f"{sealed.run}/data" not in Path("/proc/self/mounts").read_text()
    finally:
        sealed.end()
    assert nothing_left(sealing.places) == []


_OWNER = """
import sys, time
from pathlib import Path
from grader.engine.places import Places
from grader.engine.sealed.launch import up
from tests.engine.sealing import SMALL
places = Places.from_environment({"DRYDOCK_HOME": sys.argv[1]})
sealed = up(places, Path(sys.argv[2]), 1, places.prefix(""), SMALL)
print(sealed.address.name, flush=True)
time.sleep(1000)
"""


@pytest.mark.engine
@pytest.mark.parametrize("also_the_watcher", [False, True], ids=["alone", "with what watches over the engine"])
def test_a_killed_drydock_leaves_nothing(sealing: Sealing, also_the_watcher: bool) -> None:
    """The kernel ends the engine. What is left where even the watcher dies is removed by the next Drydock."""
    places = sealing.places
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER, places.data, str(sealing.template)], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    with owner.stdout as said:
        name = said.readline().split()[0]
    assert leftovers(places) == []
    watchers = Path(f"/proc/{owner.pid}/task/{owner.pid}/children").read_text().split()
    os.kill(owner.pid, signal.SIGSTOP)
    if also_the_watcher:
        for pid in watchers:
            os.kill(int(pid), signal.SIGKILL)
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    if also_the_watcher:
        found = remove_leftovers(places)
        assert [one.name for one in found] == [name]
        assert any(place.endswith(".img") for place in found[0].files)
    assert nothing_left(places) == []


@pytest.mark.engine
def test_one_that_does_not_start_says_why_and_leaves_nothing(sealing: Sealing) -> None:
    name = register(sealing.places)
    new_disk(sealing.places, name).write_bytes(b"no file system")
    with pytest.raises(Exception, match="ended while it started"):
        launch(sealing.places, name, sealing.prefix, SMALL)
    assert nothing_left(sealing.places) == []


def test_limits_in_both_versions_of_control_groups(tmp_path: Path) -> None:
    """The files that are written, in folders that stand for the kernel's."""
    for name in ("memory", "pids", "cpu"):
        (tmp_path / "one" / name).mkdir(parents=True)
    (tmp_path / "two").mkdir()
    (tmp_path / "two/cgroup.controllers").write_text("cpu memory pids\n")
    bounds = Bounds(memory_bytes=1000, engine_bytes=100, processes=10, engine_processes=5, cpus=1.5)
    first, second = (Cgroup(name="x", top=str(tmp_path / part)) for part in ("one", "two"))
    first.make(bounds)
    second.make(bounds)
    assert not first.unified
    assert second.unified
    one, two = tmp_path / "one", tmp_path / "two/x"
    assert (one / "memory/x/memory.limit_in_bytes").read_text() == "1100"
    assert (one / "memory/x/containers/memory.limit_in_bytes").read_text() == "1000"
    assert (one / "pids/x/containers/pids.max").read_text() == "10"
    assert (one / "cpu/x/cpu.cfs_quota_us").read_text() == "150000"
    assert (two / "memory.max").read_text() == "1100"
    assert (two / "containers/memory.max").read_text() == "1000"
    assert (two / "pids.max").read_text() == "15"
    assert (two / "cpu.max").read_text() == "150000 100000"
    assert (two / "cgroup.subtree_control").read_text() == "+memory +pids +cpu"
    assert second.entrances() == [str(two / "engine/cgroup.procs")]
    assert len(first.entrances()) == 3


def test_without_control_groups_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "memory").write_text("not a folder")
    with pytest.raises(NoEngineError, match="limits of a sealed engine cannot be set"):
        Cgroup(name="x", top=str(tmp_path)).make(Bounds())
