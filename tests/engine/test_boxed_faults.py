"""What can go wrong around an engine in a container: it is always the machine's fault, and ends no class."""

from __future__ import annotations

import queue
import subprocess
import threading
from pathlib import Path
from typing import Any, cast

import pytest
from requests import Response

from grader.engine.boxed import image, launch, stock
from grader.engine.boxed.leftover import folders
from grader.engine.boxed.supply import _Launcher
from grader.engine.client import Engine
from grader.engine.owned import OWNER, register
from grader.engine.places import EngineAddress, Places
from grader.engine.sealed.bounds import Bounds
from grader.engine.supply import Throwaway, supplied
from grader.errors import EngineError, UsageError

NOWHERE = EngineAddress(host="unix:///nowhere", docker="/nowhere/docker")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(data=str(tmp_path / "data"), run=str(tmp_path / "run"))


def container(tmp_path: Path, *words: str, outer: EngineAddress = NOWHERE) -> launch.Container:
    """One whose first process has said these words, and is silent now."""
    said: queue.Queue[str] = queue.Queue()
    for word in words:
        said.put(word)
    child = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    return launch.Container(name="box", run=tmp_path, outer=outer, words=said, child=child)


def docker(folder: Path, script: str) -> EngineAddress:
    program = folder / "docker"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return EngineAddress(host="unix:///nowhere", docker=str(program))


def test_one_that_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock, "START_SECONDS", 0.1)
    silent = container(tmp_path)
    with pytest.raises(EngineError):
        stock._whole(silent)
    with pytest.raises(EngineError):
        launch.expect(silent, "ready", 0.1)
    silent.begin_end()
    silent.child.wait(10)


@pytest.mark.parametrize("script", ["exec sleep 60", "echo it is stuck >&2; exit 1"])
def test_one_that_does_not_end(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "END_SECONDS", 0.5)
    with pytest.raises(EngineError, match="does not end"):
        container(tmp_path, outer=docker(tmp_path, script)).end()


def test_no_program_to_end_it_with(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="does not end"):
        container(tmp_path).end()


class Refusing:
    """A client that the engine refuses everything."""

    def create_container(self, *_: Any, **__: Any) -> dict[str, str]:
        from docker.errors import APIError

        answer = Response()
        answer.status_code = 409
        raise APIError("409", response=answer, explanation="not now")


def test_an_image_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "_contents", lambda _: [])
    outer = Engine(NOWHERE)
    outer.__dict__["api"] = Refusing()
    with pytest.raises(UsageError, match="not now"):
        image._make(outer, tmp_path, "drydock/engine:x")


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="lacks dockerd"):
        image._contents(tmp_path)


@pytest.mark.parametrize(
    "error",
    [UsageError("The engine refused: not now"), OSError(24, "Too many open files"), subprocess.TimeoutExpired("a", 1)],
    ids=lambda error: type(error).__name__,
)
def test_whatever_keeps_it_from_starting(error: Exception, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once is met with everything made anew; twice is the machine's fault, and the next one may start."""

    def fail(*_: object) -> str:
        raise error

    monkeypatch.setattr("grader.engine.boxed.supply.provide_image", fail)
    launcher = _Launcher(places, Engine(NOWHERE), Bounds(), lambda _: NOWHERE, lambda _: None)
    with supplied(launcher.start, lambda _: None, 1) as supply, pytest.raises(EngineError):
        supply.prepare(()).result(20)


class Stuck:
    """An engine that cannot be ended."""

    address = EngineAddress(host="x", docker="", name="stuck")

    def begin_end(self) -> None:
        """Nothing comes of it."""

    def end(self) -> None:
        raise OSError(5, "Input/output error")


def test_whatever_keeps_it_from_ending(places: Places) -> None:
    said: list[str] = []
    with supplied(lambda _: cast(Throwaway, Stuck()), said.append, 1) as supply:
        supply.give_back(supply.prepare(()).result(20))
        supply.prepare(()).result(20)
    assert len([line for line in said if "Input/output error" in line]) == 2
    assert not Path(places.run).exists()


def test_one_that_is_being_started_is_nobodys_leftover(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder is there for a moment before it says whose it is: who looks then waits."""
    made, go_on = threading.Event(), threading.Event()
    write = Path.write_bytes

    def slow(path: Path, data: bytes) -> int:
        if path.name == OWNER:
            made.set()
            assert go_on.wait(20)
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", slow)
    starting = threading.Thread(target=register, args=(places, launch.PREFIX, 0o700))
    starting.start()
    assert made.wait(20)
    threading.Timer(0.3, go_on.set).start()
    assert folders(places) == []
    starting.join(20)
    run = next(Path(places.run).iterdir())
    (run / OWNER).unlink()
    assert folders(places) == [run]
