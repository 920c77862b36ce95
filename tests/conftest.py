"""The engines of the tests: Drydock's own, one with each image store, started when a test first needs one."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import settings

from grader.engine import private
from grader.engine.bases.ensure import ensure
from grader.engine.client import Engine
from grader.engine.places import EngineAddress, Places, PrivateSpec
from grader.errors import MachineError

BUSYBOX = "busybox:1.37"
STORES = ("graph", "containerd")
# The newest engine with the graph driver, and the oldest that is supported with the containerd store.
SPECS = {"graph": PrivateSpec(), "containerd": PrivateSpec(name="containerd", store="containerd", suite="trixie")}


def pytest_configure() -> None:
    """Let Ctrl-C reach the programs that tests start, and have generated tests try the same everywhere.

    A shell without a terminal starts background jobs with SIGINT ignored, and all their children would inherit that.
    What hypothesis finds on a machine that is thrown away afterwards would be lost: so what it tries follows from the
    test itself, and a failure of CI is one here.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    settings.register_profile("drydock", derandomize=True, database=None, print_blob=True, deadline=None)
    settings.load_profile("drydock")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Packed data has another time in it at each start, and the processes that share the tests call them by name."""
    return argname if isinstance(val, bytes) and not val.isascii() else None


def _address(store: str) -> EngineAddress:
    """The engine with this store: from the file that DRYDOCK_TEST_ENGINES names, or else one of Drydock's own."""
    given = os.environ.get("DRYDOCK_TEST_ENGINES")
    if not given:
        return private.start(Places.from_environment(os.environ), SPECS[store], print)
    addresses = msgspec.json.decode(Path(given).read_bytes(), type=list[EngineAddress])
    return next(address for address in addresses if Engine(address).facts().store == store)


class Engines:
    """The engines by their store, each started when it is first asked for, with the base images that are asked for."""

    def __init__(self) -> None:
        self._found: dict[str, Engine] = {}

    def with_bases(self, store: str, *bases: str) -> Engine:
        """The engine with this image store, which holds these base images; a test without one fails."""
        try:
            if store not in self._found:
                self._found[store] = Engine(_address(store))
            ensure(self._found[store].address, Places.from_environment(os.environ), bases or (BUSYBOX,), print)
        except (MachineError, StopIteration) as error:
            pytest.fail(f"This test needs an engine with the {store} image store: {error or 'none is given'}")
        return self._found[store]

    def close(self) -> None:
        """Close the connections; the engines go on, for the next run."""
        for engine in self._found.values():
            engine.close()


@pytest.fixture(scope="session")
def all_engines() -> Iterator[Engines]:
    """The engines of this run."""
    engines = Engines()
    yield engines
    engines.close()


@pytest.fixture(autouse=True)
def named_engine_for_programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs that an engine test starts (docker, kernels, JupyterLab) find Drydock's own engine by its address."""
    if request.node.get_closest_marker("engine") or request.node.get_closest_marker("browser"):
        engines: Engines = request.getfixturevalue("all_engines")
        address = engines.with_bases("graph").address
        for name, value in address.environment(os.environ).items():
            if name in ("DOCKER_HOST", "DOCKER_CONFIG"):
                monkeypatch.setenv(name, value)
        monkeypatch.setenv("PATH", address.path + os.pathsep + os.environ["PATH"])
