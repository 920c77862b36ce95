"""The engines that the tests of this folder use: one with each image store."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.engine import private
from grader.engine.client import Engine
from grader.engine.places import Places, PrivateSpec
from grader.engine.sealed.leftover import remove_leftovers
from tests.conftest import BUSYBOX, STORES, Engines
from tests.engine.sealing import Sealing


@pytest.fixture(scope="session")
def engines(all_engines: Engines) -> dict[str, Engine]:
    """Both engines, each with busybox in it."""
    return {store: all_engines.with_bases(store) for store in STORES}


@pytest.fixture(params=STORES)
def engine(request: pytest.FixtureRequest, all_engines: Engines) -> Engine:
    """Each of the engines in turn, with busybox in it."""
    return all_engines.with_bases(request.param)


@pytest.fixture
def labels(engine: Engine) -> Iterator[dict[str, str]]:
    """Labels of this test's own; what bears them is removed after it."""
    own = {"drydock.test": uuid.uuid4().hex}
    yield own
    engine.remove_labelled(own)


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """A small build context."""
    folder = tmp_path / "context"
    folder.mkdir()
    (folder / "a.txt").write_text("a\n")
    (folder / "app.py").write_text("print()\n")
    (folder / "hidden.txt").write_text("hidden\n")
    (folder / ".dockerignore").write_text("hidden.txt\n")
    return folder


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, this test's own, so that what is left in it can be seen."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    """A data folder of the test's own, with the packages of the shared one; its engines are stopped afterwards."""
    shared = Places.from_environment(os.environ)
    private.start(shared, PrivateSpec(), print)
    own = Places.from_environment({"DRYDOCK_HOME": str(tmp_path)})
    (tmp_path / "packages").symlink_to(shared.prefix("").parent)
    (tmp_path / "images").symlink_to(shared.images)
    (tmp_path / "apt").symlink_to(shared.apt)
    yield own
    for name in private.engine_names(own):
        private.remove(own, name)


@pytest.fixture(scope="session")
def sealing(tmp_path_factory: pytest.TempPathFactory, all_engines: Engines) -> Iterator[Sealing]:
    """Sealed engines in a data folder of their own, with the packages of the shared one."""
    shared = all_engines.with_bases("graph", BUSYBOX).address
    own = tmp_path_factory.mktemp("sealed")
    places = Places.from_environment({"DRYDOCK_HOME": str(own)})
    (own / "packages").symlink_to(Places.from_environment(os.environ).prefix("").parent)
    yield Sealing(places, shared)
    remove_leftovers(places)
