"""A real registry on this machine: pushed to, pulled from, a mirror for an engine, and gone without a trace."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader.engine import registry
from grader.engine.bases.ensure import ensure
from grader.engine.client import Engine
from grader.engine.places import Places, PrivateSpec
from grader.engine.private import start
from grader.errors import EngineError
from tests.conftest import Engines
from tests.engine.client import docker
from tests.programs import command, environment

pytestmark = pytest.mark.engine
SHARED = Places.from_environment(os.environ)


@pytest.fixture
def running() -> Iterator[registry.Registry]:
    with registry.registry(SHARED, print) as found:
        yield found


def pushed(engine: Engine, image: str, name: str) -> str:
    """Push `image` as `name`, forget that name again, and return the digest it got."""
    docker(engine.address, "tag", image, name)
    try:
        said = docker(engine.address, "push", name)
    finally:
        docker(engine.address, "rmi", "--no-prune", name)
    return next(word for word in said.split() if word.startswith("sha256:"))


def test_what_is_pushed_is_listed_and_can_be_pulled(engine: Engine, running: registry.Registry) -> None:
    name = f"{running.address}/test/one:1"
    assert running.held == running.sent == 0
    digest = pushed(engine, "busybox:1.37", name)
    held = running.held
    assert held > 500_000
    with urllib.request.urlopen(f"http://{running.address}/v2/test/one/tags/list", timeout=10) as answer:
        assert json.load(answer) == {"name": "test/one", "tags": ["1"]}
    try:
        assert digest in docker(engine.address, "pull", name)
        # The engine has the layers already, so only descriptions are sent.
        assert running.sent < 20_000
        assert running.held == held
    finally:
        docker(engine.address, "rmi", "--no-prune", name)


def test_two_at_once_do_not_meet(running: registry.Registry) -> None:
    with registry.registry(SHARED, print) as other:
        assert other.address != running.address
        assert other.folder != running.folder
    assert running.running
    assert not other.running


def test_it_listens_on_this_machine_only_and_leaves_nothing() -> None:
    with registry.registry(SHARED, print) as found:
        port = int(found.address.rpartition(":")[2])
        rows = [row.split() for name in ("tcp", "tcp6") for row in Path("/proc/net", name).read_text().splitlines()[1:]]
        local = [row[1] for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port]
        assert local == [f"0100007F:{port:04X}"]
    assert traces(found.folder) == []
    found.stop()


def test_it_ends_with_the_process_that_started_it() -> None:
    program = (
        "import os, signal, sys\n"
        "from grader.engine import registry\n"
        "from grader.engine.places import Places\n"
        "print(registry.start(Places.from_environment(os.environ), lambda _: None).folder, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -9, done.stderr
    folder, limit = Path(done.stdout.strip()), time.monotonic() + 10
    while traces(folder) and time.monotonic() < limit:
        time.sleep(0.05)
    assert traces(folder) == []


def test_one_that_does_not_start_says_why_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "configuration", lambda *_: b'{"version": 0.1, "storage": {"nowhere": {}}}')
    before = set(Path(SHARED.data, "registries").glob("*"))
    with pytest.raises(EngineError, match=r"(?s)does not start.*nowhere"):
        registry.start(SHARED, print)
    left = set(Path(SHARED.data, "registries").glob("*")) - before
    assert [folder for folder in left if traces(folder)] == []


@pytest.mark.parametrize("store", ["graph", "containerd"])
def test_an_engine_pulls_its_base_images_through_a_mirror(
    store: str, all_engines: Engines, running: registry.Registry, places: Places
) -> None:
    digest = pushed(all_engines.with_bases("graph"), "busybox:1.37", f"{running.address}/library/busybox:1.37")
    mirrored = msgspec.structs.replace(places, mirror=f"http://{running.address}")
    assert Places.from_environment({"DRYDOCK_HOME": places.data, "DRYDOCK_MIRROR": mirrored.mirror}) == mirrored
    engine = start(mirrored, PrivateSpec(name=store, store=store), print)
    said: list[str] = []
    ensure(engine, mirrored, ["busybox:1.37"], said.append)
    assert not any("Building" in line for line in said)
    digests = docker(engine, "image", "inspect", "--format", "{{json .RepoDigests}}", "busybox:1.37")
    assert json.loads(digests) == [f"busybox@{digest}"]
    assert 500_000 < running.sent <= running.held
    assert docker(engine, "run", "--rm", "busybox:1.37", "echo", "here") == "here"


def test_a_mirror_gives_what_it_was_filled_with_takes_nothing_and_is_gone_after_ctrl_c(engine: Engine) -> None:
    words = command("mirror", "--address", "127.0.0.2", "--port", "0", "--images", "busybox:1.37")
    before = set(Path(SHARED.data, "registries").glob("*"))
    with subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        line = one.stdout.readline()
        address = line.partition("http://")[2].partition(",")[0]
        try:
            name = f"{address}/library/busybox:1.37"
            with urllib.request.urlopen(f"http://{address}/v2/library/busybox/tags/list", timeout=60) as answer:
                assert "1.37" in json.load(answer)["tags"]
            docker(engine.address, "pull", name)
            docker(engine.address, "rmi", "--no-prune", name)
            upload = urllib.request.Request(f"http://{address}/v2/library/busybox/blobs/uploads/", method="POST")
            with pytest.raises(urllib.error.HTTPError, match="405"):
                urllib.request.urlopen(upload, timeout=60)
        finally:
            one.send_signal(signal.SIGINT)
            said = one.communicate(timeout=120)[1]
    assert one.returncode == 0, said
    assert "what it held is gone" in said
    left = set(Path(SHARED.data, "registries").glob("*")) - before
    assert [folder for folder in left if traces(folder)] == []


def traces(folder: Path) -> list[str]:
    """What is left of the registry of this folder: its processes, its files."""
    found = [str(folder)] if folder.exists() else []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            text = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        found += [text] if str(folder) in text else []
    return found
