"""However a build or a run ends, the engine stops working for it and nothing is left behind."""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from builds import BUSYBOX, running

from grader.engine import buildkit
from grader.engine.client import Engine
from grader.errors import EngineError
from grader.model.build import Builder, BuildEvent, StepStarted

pytestmark = pytest.mark.engine
BUILDERS: tuple[Builder, ...] = ("buildkit", "classic")
COUNTER = itertools.count(os.getpid() * 100)


@pytest.fixture
def sleep() -> str:
    """A command that nobody else runs."""
    return f"sleep {next(COUNTER)}.25"


def dockerfile(sleep: str) -> bytes:
    return f"FROM {BUSYBOX}\nENV A={uuid.uuid4().hex}\nRUN {sleep}\n".encode()


def gone(command: str, seconds: float = 20.0) -> bool:
    """Whether no such process runs any more, at the latest after `seconds`."""
    return eventually(lambda: not running(command), seconds)


def eventually(question: Callable[[], bool], seconds: float) -> bool:
    limit = time.monotonic() + seconds
    while not question():
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("builder", BUILDERS)
def test_time_limit(engine: Engine, context: Path, temporary: Path, sleep: str, builder: Builder) -> None:
    began = time.monotonic()
    built = engine.build(
        context, dockerfile=dockerfile(sleep), seconds=4.0, output_bytes=1000, builder=builder, on_event=lambda _: None
    )
    assert 4.0 <= time.monotonic() - began < 30.0
    assert built.failure is not None
    assert (built.failure.cause, built.failure.command) == ("time", f"RUN {sleep}")
    assert built.image == ""
    assert gone(sleep)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("builder", BUILDERS)
def test_cancel(engine: Engine, context: Path, temporary: Path, sleep: str, builder: Builder) -> None:
    cancel = threading.Event()

    def when_it_sleeps(event: BuildEvent) -> None:
        if isinstance(event, StepStarted) and sleep in event.command:
            threading.Timer(0.5, cancel.set).start()

    built = engine.build(
        context,
        dockerfile=dockerfile(sleep),
        seconds=60.0,
        output_bytes=1000,
        builder=builder,
        on_event=when_it_sleeps,
        cancel=cancel,
    )
    assert built.failure is not None
    assert built.failure.cause == "cancelled"
    assert gone(sleep)
    assert list(temporary.iterdir()) == []
    assert containers_with(engine, sleep) == []


@pytest.mark.parametrize("builder", BUILDERS)
def test_an_error_in_the_listener(engine: Engine, context: Path, sleep: str, builder: Builder) -> None:
    def listener(event: BuildEvent) -> None:
        if isinstance(event, StepStarted) and sleep in event.command:
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        engine.build(
            context,
            dockerfile=dockerfile(sleep),
            seconds=60.0,
            output_bytes=1000,
            builder=builder,
            on_event=listener,
        )
    assert gone(sleep)


BUILD = """
engine.build(Path(sys.argv[2]), dockerfile=sys.argv[3].encode(), seconds=60.0, output_bytes=1000,
             builder=sys.argv[4], labels={label: "1"})
"""
RUN = """
with engine.run("busybox:1.37", command=sys.argv[3].split(), labels={label: "1"}) as container:
    container.wait(60.0)
"""
CHILD = """
import sys
from pathlib import Path
import msgspec
from grader.engine.client import Engine
from grader.engine.places import EngineAddress
engine = Engine(msgspec.json.decode(sys.argv[1].encode(), type=EngineAddress))
label = sys.argv[5]
try:
    {body}
except KeyboardInterrupt:
    sys.exit(42)
"""


def child(engine: Engine, body: str, context: Path, text: str, builder: str, label: str) -> subprocess.Popen[bytes]:
    address = msgspec.json.encode(engine.address).decode()
    code = CHILD.format(body=body.strip().replace("\n", "\n    "))
    return subprocess.Popen([sys.executable, "-c", code, address, str(context), text, builder, label])


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("builder", BUILDERS)
def test_interrupted_build(
    engine: Engine, context: Path, sleep: str, builder: Builder, sent: signal.Signals, temporary: Path
) -> None:
    label = f"drydock.test.{uuid.uuid4().hex}"
    process = child(engine, BUILD, context, dockerfile(sleep).decode(), builder, label)
    assert eventually(lambda: bool(running(f"/bin/sh -c {sleep}") or running(sleep)), 60.0)
    process.send_signal(sent)
    assert process.wait(60.0) == (42 if sent == signal.SIGINT else -signal.SIGKILL)
    assert gone(sleep)
    assert eventually(lambda: not running_client(str(context)), 20.0)
    assert eventually(lambda: not containers_with(engine, sleep), 30.0)
    if sent == signal.SIGINT:
        assert list(temporary.iterdir()) == []


def running_client(word: str) -> list[str]:
    """The command lines of Docker clients that name `word`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if "buildx" in line and word in line:
            found.append(line)
    return found


def containers_with(engine: Engine, command: str) -> list[str]:
    return [
        container["Id"] for container in engine.api.containers(all=True) if command in str(container.get("Command"))
    ]


def test_interrupted_run(engine: Engine, context: Path, sleep: str) -> None:
    label = f"drydock.test.{uuid.uuid4().hex}"
    process = child(engine, RUN, context, sleep, "", label)
    assert eventually(lambda: bool(running(sleep)), 60.0)
    process.send_signal(signal.SIGINT)
    assert process.wait(60.0) == 42
    assert gone(sleep)
    assert engine.labelled_containers({label: ""}) == ()


@pytest.fixture
def throwaway(engines: dict[str, Engine], tmp_path: Path) -> Iterator[tuple[Engine, Callable[[], None]]]:
    """An engine of this test's own, with busybox, and how to make it die."""
    address = engines["graph"].address
    dockerd = shutil.which("dockerd", path=address.path)
    assert dockerd is not None, "these tests need dockerd beside the client"
    folder = Path("/run" if os.access("/run", os.W_OK) else "/tmp", f"drydock-test-{uuid.uuid4().hex[:8]}")
    folder.mkdir()
    arguments = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", dockerd]
    arguments += ["--data-root", str(tmp_path / "data"), "--exec-root", str(folder / "exec")]
    arguments += ["--host", f"unix://{folder}/sock", "--pidfile", str(folder / "pid"), "--bridge=none"]
    arguments += ["--iptables=false", "--ip6tables=false"]
    with (folder / "log").open("wb") as log:
        daemon = subprocess.Popen(arguments, env={"PATH": address.path}, stdout=log, stderr=log, start_new_session=True)

    def die() -> None:
        daemon.kill()
        daemon.wait()

    engine = Engine(msgspec.structs.replace(address, host=f"unix://{folder}/sock"))
    try:
        assert eventually(engine.alive, 30.0), (folder / "log").read_text()
        with engines["graph"].save([BUSYBOX]) as archive:
            engine.load(archive)
        yield engine, die
    finally:
        die()
        engine.close()
        with warnings.catch_warnings():
            # The SDK leaves the socket of a failed attempt to connect to the collector.
            warnings.simplefilter("ignore")
            gc.collect()
        subprocess.run(["umount", "--recursive", "--quiet", str(tmp_path / "data")], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(tmp_path / "data", ignore_errors=True)


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_engine_dies_in_a_build(
    throwaway: tuple[Engine, Callable[[], None]], context: Path, sleep: str, builder: Builder
) -> None:
    engine, die = throwaway

    def listener(event: BuildEvent) -> None:
        if isinstance(event, StepStarted) and sleep in event.command:
            threading.Timer(0.5, die).start()

    with pytest.raises(EngineError, match="stopped answering"):
        engine.build(
            context,
            dockerfile=dockerfile(sleep),
            seconds=60.0,
            output_bytes=1000,
            builder=builder,
            on_event=listener,
        )
    assert gone(sleep)
    assert not engine.alive()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_engine_hangs_in_a_build(
    throwaway: tuple[Engine, Callable[[], None]], context: Path, sleep: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, _ = throwaway
    monkeypatch.setattr(buildkit, "ANSWER", 2.0)
    (daemon,) = (pid for pid in processes_with(engine.address.host) if name_of(pid) == "dockerd")

    def listener(event: BuildEvent) -> None:
        if isinstance(event, StepStarted) and sleep in event.command:
            os.kill(daemon, signal.SIGSTOP)

    began = time.monotonic()
    with pytest.raises(EngineError, match="does not answer"):
        engine.build(context, dockerfile=dockerfile(sleep), seconds=5.0, output_bytes=1000, on_event=listener)
    assert time.monotonic() - began < 40.0


def test_the_client_is_killed_in_a_build(engine: Engine, context: Path, temporary: Path, sleep: str) -> None:
    def listener(event: BuildEvent) -> None:
        if isinstance(event, StepStarted) and sleep in event.command:
            for pid in processes_with(str(context)):
                os.kill(pid, signal.SIGKILL)

    with pytest.raises(EngineError, match="client was killed"):
        engine.build(context, dockerfile=dockerfile(sleep), seconds=60.0, output_bytes=1000, on_event=listener)
    assert gone(sleep)
    assert list(temporary.iterdir()) == []


def processes_with(word: str) -> list[int]:
    """The processes of this machine, without this one, whose command lines hold `word`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if word.encode() in path.read_bytes() and int(path.parent.name) != os.getpid():
                found.append(int(path.parent.name))
    return found


def name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_engine_dies_in_a_run(throwaway: tuple[Engine, Callable[[], None]], sleep: str) -> None:
    engine, die = throwaway
    with pytest.raises(EngineError), engine.run(BUSYBOX, command=sleep.split()) as container:  # noqa: PT012
        threading.Timer(0.5, die).start()
        container.wait(30.0)
    assert gone(sleep)
