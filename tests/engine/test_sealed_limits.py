"""What a hostile or careless build meets in a sealed engine: its limit, named with the line."""

from __future__ import annotations

import io
import os
import signal
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.dockerfile import parse
from grader.engine.client import Engine
from grader.engine.met import Met, at
from grader.engine.places import Seal
from grader.engine.sealed.launch import Sealed
from grader.errors import EngineError
from grader.model.build import Build, Step
from grader.observe.bench import BUILD_LIMITS
from tests.conftest import BUSYBOX
from tests.engine.sealing import SMALL, Sealing, nothing_left


def tar_bomb(folder: Path) -> None:
    """An archive of 100 KB that is 100 MB when ADD unpacks it."""
    with tarfile.open(folder / "bomb.tar.gz", "w:gz", compresslevel=6) as tar:
        member = tarfile.TarInfo("big")
        member.size = 100_000_000
        tar.addfile(member, _Zeros(member.size))


class _Zeros(io.RawIOBase):
    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        size = min(size if size >= 0 else self._left, self._left)
        self._left -= size
        return bytes(size)


def nothing(_: Path) -> None:
    """No file of the context is needed."""


# What is on line 3, what lies in the context, the seconds that the build has; the cause, and a piece of the message.
CASES: dict[str, tuple[str, Callable[[Path], None], float, str, str]] = {
    "memory": ("RUN head -c 300000000 /dev/zero | tail", nothing, 60, "memory", "67 MB of memory"),
    "memory, and nobody notices": (
        "RUN head -c 300000000 /dev/zero | tail | wc -c",
        nothing,
        60,
        "memory",
        "The command went on without it",
    ),
    "memory in a tmpfs": (
        "RUN --mount=type=tmpfs,target=/t head -c 100000000 /dev/zero > /t/big",
        nothing,
        60,
        "memory",
        "67 MB of memory",
    ),
    "processes": ("RUN b() { b | b & }; b; sleep 60", nothing, 4, "processes", "200 processes"),
    "processes, for a moment": (
        "RUN for i in $(seq 400); do sleep 9 & done",
        nothing,
        60,
        "processes",
        "200 processes",
    ),
    "disk": (
        "RUN for i in 1 2 3 4; do head -c 20000000 /dev/zero > /b$i || exit 1; done",
        nothing,
        60,
        "disk",
        "MB of disk",
    ),
    "one file": ("RUN dd if=/dev/zero of=/s bs=1M seek=1000000 count=1", nothing, 60, "disk", "a larger file"),
    "inodes": (
        "RUN mkdir /d && cd /d && seq 1 20000 | xargs touch",
        nothing,
        60,
        "disk",
        "5,000 files",
    ),
    "archive": ("ADD bomb.tar.gz /", tar_bomb, 60, "disk", "MB of disk"),
    "time": ("RUN while :; do :; done", nothing, 2, "time", "2 s"),
    "another image": ("COPY --from=secret/solution / /", nothing, 60, "not_permitted", "secret/solution"),
    "an address of the machine": ("ADD http://127.0.0.1:9/x /", nothing, 60, "not_permitted", "127.0.0.1"),
}


def build(engine: Engine, folder: Path, line: str, seconds: float) -> Build:
    text = f"FROM {BUSYBOX}\nRUN true\n{line}\n".encode()
    return engine.build(
        folder,
        seconds=seconds,
        output_bytes=100_000,
        dockerfile=text,
        allowed_bases=[BUSYBOX],
        ulimits=BUILD_LIMITS,
        lines=parse(text),
    )


@pytest.mark.engine
@pytest.mark.parametrize("name", CASES)
def test_the_limit_is_named_with_the_line(name: str, sealing: Sealing, tmp_path: Path) -> None:
    line, prepare, seconds, cause, words = CASES[name]
    prepare(tmp_path)
    sealed = sealing.up()
    try:
        began = time.monotonic()
        built = build(Engine(sealed.address), tmp_path, line, seconds)
        assert built.failure is not None, built
        assert (built.failure.cause, built.failure.line) == (cause, 3), built.failure
        assert words in built.failure.message
        assert time.monotonic() - began < 60
    finally:
        sealed.end()
    assert nothing_left(sealing.places) == []


@pytest.mark.engine
def test_an_engine_that_dies_is_nobodys_fault(sealing: Sealing, tmp_path: Path) -> None:
    """The build of a killed engine ends at once, with an error of the machine."""
    sealed = sealing.up()
    try:
        _kill_when_it_builds(sealed)
        with pytest.raises(EngineError):
            build(Engine(sealed.address), tmp_path, "RUN sleep 50", 60)
    finally:
        sealed.end()
    assert nothing_left(sealing.places) == []


def _kill_when_it_builds(sealed: Sealed) -> None:
    """In another process: wait for the step's own program, then kill the engine."""
    if os.fork():
        return
    try:
        limit = time.monotonic() + 40
        while time.monotonic() < limit:
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    found = path.read_bytes() == b"sleep\x0050\x00"
                except OSError:
                    continue
                if found:
                    os.kill(sealed.engine.pid, signal.SIGKILL)
                    os._exit(0)
            time.sleep(0.05)
    finally:
        os._exit(1)


STEPS = (
    Step(command="RUN a", line=2, began=0.0, took=1.0),
    Step(command="RUN b", line=3, began=1.0, took=2.0),
    Step(command="RUN c", line=4, cached=True, began=3.0, took=0.0),
    Step(command="RUN d", line=5, began=3.5, took=1.0),
)


@pytest.mark.parametrize(("seconds", "line"), [(0.5, 2), (1.1, 3), (2.9, 3), (3.6, 5), (9.0, 5)])
def test_the_step_that_ran_then(seconds: float, line: int) -> None:
    found = at(STEPS, seconds)
    assert found is not None
    assert found.line == line


def test_no_step_ran() -> None:
    assert at((), 1.0) is None


@pytest.mark.parametrize(
    ("met", "cause", "words"),
    [
        (Met(memory=1.0, processes=1.0), "memory", "5 MB of memory"),
        (Met(files=1.0, bytes=1.0), "disk", "7 files"),
        (Met(bytes=1.0), "disk", "6 MB of disk"),
        (Met(processes=1.0), "processes", "8 processes"),
        (Met(), None, ""),
    ],
)
def test_the_limit_that_explains_most(met: Met, cause: str | None, words: str) -> None:
    seal = Seal(network="", disk="", cgroup="", memory_bytes=5_000_000, disk_bytes=6_000_000, files=7, processes=8)
    given = Met(memory=met.memory, processes=met.processes, bytes=met.bytes, files=met.files, seal=seal)
    assert given.cause() == cause
    assert words in given.words()


def test_limits_fit_what_the_tests_say() -> None:
    assert (SMALL.memory_bytes, SMALL.processes, SMALL.files) == (67_108_864, 200, 5_000)
