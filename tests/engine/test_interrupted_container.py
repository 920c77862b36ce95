"""Ctrl-C while the engine makes a container: it is made all the same, and has to be removed all the same."""

from __future__ import annotations

import signal
import threading
import time
from typing import Any

import pytest
import requests
from docker.errors import NotFound

from grader.engine import containers
from grader.engine.containers import Container
from grader.engine.running import RunRequest


class SlowEngine:
    """Makes a container half a second after it was asked to, whether or not somebody still waits for the answer."""

    def __init__(self) -> None:
        self.made: set[str] = set()
        self.asked = threading.Event()

    def create_container_from_config(self, _: Any, name: str) -> dict[str, str]:
        self.asked.set()
        timer = threading.Timer(0.5, self.made.add, (name,))
        timer.start()
        while timer.is_alive():
            time.sleep(0.01)
        return {"Id": name}

    def start(self, _: str) -> None:
        pass

    def remove_container(self, name: str, **_: Any) -> None:
        if name not in self.made:
            response = requests.Response()
            response.status_code = 404
            raise NotFound("refused", response=response, explanation=f"No such container: {name}")
        self.made.remove(name)


def test_it_is_gone_when_the_interruption_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "configuration", lambda *_: {})
    engine = SlowEngine()

    def interrupt() -> None:
        engine.asked.wait(10)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt), Container(engine, RunRequest(image="x")):
        pytest.fail("it was not interrupted")
    time.sleep(1)
    assert engine.made == set()


def test_without_an_interruption_it_is_there_while_the_block_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "configuration", lambda *_: {})
    engine = SlowEngine()
    with Container(engine, RunRequest(image="x")) as one:
        assert engine.made == {one.name}
    assert engine.made == set()
