"""`./drydock engine` and `./drydock images`, as a person uses them on a machine without Docker."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.engine import private
from grader.engine.places import Places, PrivateSpec
from tests.cli.conftest import Said
from tests.programs import processes_that_name

pytestmark = pytest.mark.engine


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A data folder with the packages and archives of the shared one, and no engine; what is started is removed."""
    shared = Places.from_environment(os.environ)
    private.start(shared, PrivateSpec(), print)
    made = tmp_path / "home"
    made.mkdir()
    for name in ("packages", "images", "apt"):
        (made / name).symlink_to(Path(shared.data, name))
    yield made
    private.remove(Places.from_environment({"DRYDOCK_HOME": str(made)}), "main")


def test_from_start_to_stop(drydock: Callable[..., Said], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)

    def said(*words: str | Path, status: int = 0) -> str:
        done = drydock(*words, DRYDOCK_HOME=str(home), HOME=str(home))
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout if status == 0 else done.stderr

    file = home.parent / "bases.tar"
    assert "not running; it starts when something is built" in said("engine", "status")
    assert "is running (graph image store)" in said("engine", "start")
    assert "graph image store, process" in said("engine", "status")
    assert "did you mean 'busybox:1.37'?" in said("images", "get", "busybox:1.36", status=2)
    said("images", "get", "busybox:1.37")
    listed = {line.split()[0]: line for line in said("images", "list").splitlines()}
    assert "MB" in listed["busybox:1.37"]
    assert "not there yet" in listed["golang:1.24-trixie"]
    assert "is a folder" in said("images", "save", home, "busybox:1.37", status=2)
    said("images", "save", file)
    said("images", "load", file)
    assert "There is no file" in said("images", "load", home / "none.tar", status=2)
    assert "has been stopped" in said("engine", "stop")
    assert processes_that_name(str(home)) == []
    assert "was not running" in said("engine", "stop")
