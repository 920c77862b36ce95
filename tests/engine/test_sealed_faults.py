"""What can die around a sealed engine, and a machine that was restarted: no wrong verdict, and nothing left."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

import msgspec
import pytest

from grader.engine.client import Engine
from grader.engine.owned import OWNER
from grader.engine.places import Places
from grader.engine.process import Process
from grader.engine.sealed.launch import new_disk
from grader.engine.sealed.leftover import leftovers, remove_leftovers
from grader.errors import MachineError
from tests.conftest import BUSYBOX
from tests.engine.sealing import Sealing, nothing_left


@pytest.mark.engine
def test_containerd_killed_while_a_container_runs(sealing: Sealing, tmp_path: Path) -> None:
    """The engine starts another one, or fails as a machine does; what is removed afterwards is everything."""
    sealed = sealing.up()
    engine = Engine(sealed.address)
    try:
        text = f"FROM {BUSYBOX}\nRUN echo a > /a\n".encode()
        built = engine.build(tmp_path, seconds=120, output_bytes=1000, dockerfile=text, allowed_bases=[BUSYBOX])
        assert built.ok
        with contextlib.suppress(MachineError), engine.run(built.image, command=["sleep", "600"]) as container:
            victim = next(one for one in sealed.engine.children() if b"containerd" in command_line(one.pid))
            os.kill(victim.pid, signal.SIGKILL)
            limit = time.monotonic() + 60
            while victim.alive and time.monotonic() < limit:
                time.sleep(0.02)
            with contextlib.suppress(MachineError):
                assert container.wait(1) in (None, 137)
        with contextlib.suppress(MachineError):
            again = engine.build(tmp_path, seconds=120, output_bytes=1000, dockerfile=text, allowed_bases=[BUSYBOX])
            assert again.failure is None
    finally:
        engine.close()
        sealed.end()
    assert nothing_left(sealing.places) == []


def command_line(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def test_after_a_restart_of_the_machine_what_was_there_is_reaped_and_only_that(tmp_path: Path) -> None:
    """Disks and folders last, their owners are no processes any more; a process with the number of one may be."""
    places = Places(data=str(tmp_path / "data"), run=str(tmp_path / "run"))
    places.sealed.mkdir(parents=True)
    owners = {
        "sealed-before": Process(pid=os.getpid(), started=1),
        "sealed-gone": Process(pid=2**22 + 1, started=7),
        "sealed-mine": Process(pid=os.getpid(), started=int(Path("/proc/self/stat").read_text().split()[21])),
    }
    for name, owner in owners.items():
        (places.running(name) / "data").mkdir(parents=True)
        (places.running(name) / OWNER).write_bytes(msgspec.json.encode(owner))
        new_disk(places, name).write_bytes(b"disk")
    new_disk(places, "sealed-alone").write_bytes(b"disk")
    (places.sealed / "templates").mkdir()
    (places.running("main")).mkdir()
    assert [one.name for one in remove_leftovers(places)] == ["sealed-alone", "sealed-before", "sealed-gone"]
    assert leftovers(places) == []
    assert sorted(path.name for path in Path(places.run).iterdir()) == ["main", "sealed-mine"]
    assert sorted(path.name for path in places.sealed.iterdir()) == ["sealed-mine.img", "templates"]
