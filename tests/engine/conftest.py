"""The engines that the tests of this folder use: one with each image store."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from builds import BUSYBOX

from grader.engine import private
from grader.engine.bases.ensure import ensure
from grader.engine.client import Engine
from grader.engine.places import EngineAddress, Places, PrivateSpec
from grader.errors import MachineError

STORES = ("graph", "containerd")
SPECS = {"graph": PrivateSpec(), "containerd": PrivateSpec(name="containerd", store="containerd", suite="trixie")}


def _address(store: str) -> EngineAddress:
    """The engine with this store: from the file that DRYDOCK_TEST_ENGINES names, or else one of Drydock's own."""
    given = os.environ.get("DRYDOCK_TEST_ENGINES")
    if not given:
        return private.start(Places.from_environment(os.environ), SPECS[store], print)
    addresses = msgspec.json.decode(Path(given).read_bytes(), type=list[EngineAddress])
    return next(address for address in addresses if Engine(address).facts().store == store)


@pytest.fixture(scope="session")
def engines() -> Iterator[dict[str, Engine]]:
    """Both engines, each with busybox in it."""
    found: dict[str, Engine] = {}
    for store in STORES:
        try:
            found[store] = Engine(_address(store))
            ensure(found[store].address, Places.from_environment(os.environ), [BUSYBOX], print)
        except (MachineError, StopIteration) as error:
            pytest.fail(f"These tests need an engine with the {store} image store: {error or 'none is given'}")
    yield found
    for engine in found.values():
        engine.close()


@pytest.fixture(params=STORES)
def engine(request: pytest.FixtureRequest, engines: dict[str, Engine]) -> Engine:
    """Each of the engines in turn."""
    return engines[request.param]


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
