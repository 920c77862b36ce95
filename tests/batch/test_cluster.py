"""Grading on a Dask cluster: what of it may go wrong, without one; and once with two workers of which one is killed."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from grader import exercise
from grader.batch import cluster
from grader.batch.cluster import LOST, Cluster
from grader.batch.engines import Shared
from grader.batch.grading import Job, run
from grader.batch.store import store
from grader.batch.values import Outcome
from grader.cli import cluster as command_of_cluster
from grader.engine import private
from grader.engine.places import EngineAddress, Places
from grader.errors import EngineError, NoEngineError, UsageError
from tests import whole_class
from tests.a_class import make_class
from tests.programs import inside

EXERCISE = exercise.find(exercise.exercises_folder(), "00-hello")


class Sent:
    """A future of Dask's that is done already."""

    def __init__(self, come: Any) -> None:
        self._come = come

    def result(self, **_: float) -> Any:
        if isinstance(self._come, Exception):
            raise self._come
        return self._come

    def add_done_callback(self, call: Callable[[Sent], None]) -> None:
        call(self)


class Client:
    """A client of a cluster with workers a and b, which answers from a script and notes where each task may go."""

    def __init__(self, *script: Any) -> None:
        self._script = list(script)
        self.where: list[Any] = []

    def scheduler_info(self, **_: int) -> dict[str, Any]:
        return {"workers": {"a": {}, "b": {}}}

    def submit(self, *_: Any, workers: Any = None, **__: Any) -> Sent:
        self.where.append(workers)
        return Sent(self._script.pop(0))


class KilledWorker(Exception):  # noqa: N818 - the name is Dask's
    """As Dask's."""


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "Dockerfile").write_text("FROM busybox:1.37\n")
    return tmp_path / "in"


def outcomes(client: Client, answer: Path, many: int) -> list[Outcome]:
    """What comes of grading `answer` so often, one after the other."""
    on = Cluster(client, "trusted", 2)
    address = on.prepare(()).result()
    executor = on.executor(1)
    try:
        return [executor.submit(len, EXERCISE.folder, str(answer), address, 60.0).result(60) for _ in range(many)]
    finally:
        executor.shutdown()


def test_after_a_fault_another_worker_is_asked(answer: Path) -> None:
    fault, right = Outcome(fault="no engine"), Outcome(report=b"{}")
    client = Client(("a", fault), ("b", right), ("b", fault), ("a", right), ("b", right))
    assert outcomes(client, answer, 5) == [fault, right, fault, right, right]
    # After the second fault there is no good one, and nothing is ruled out.
    assert client.where == [None, ["b"], ["b"], None, ["a"]]


@pytest.mark.parametrize(
    ("come", "says"),
    [
        (KilledWorker("grade-1"), "the workers that graded it died (grade-1)"),
        (OSError("closed"), f"{LOST} (OSError)"),
    ],
)
def test_what_dask_says_is_nobodys_zero(come: Exception, says: str, answer: Path) -> None:
    assert outcomes(Client(come), answer, 1) == [Outcome(fault=says)]


def test_a_client_that_has_lost_its_scheduler_keeps_nobody_waiting(answer: Path) -> None:
    class Closed(Client):
        status = "closed"

        def scheduler_info(self, **_: int) -> dict[str, Any]:
            return {}

    assert outcomes(Closed(), answer, 1) == [Outcome(fault=f"{LOST} (KeyError)")]
    with pytest.raises(EngineError, match="does not answer any more"):
        Cluster(Closed(), "trusted", 1).there()


def test_what_cannot_be_packed_is_not_sent(tmp_path: Path) -> None:
    client = Client()
    (found,) = outcomes(client, tmp_path / "none", 1)
    assert "there is nothing of this name" in found.refused
    assert client.where == []


def test_a_scheduler_that_has_gone_leaves_the_rest_not_judged(tmp_path: Path) -> None:
    class Faulty(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            come: Future[Any] = Future()
            come.set_result(Outcome(fault=LOST))
            return come

    asked = iter([Shared(EngineAddress(host="", docker=""))])

    def engines() -> Shared:
        for one in asked:
            return one
        raise EngineError("The cluster's scheduler does not answer any more.")

    told: list[str] = []
    jobs = [Job(exercise=EXERCISE, version="v", digest=name, path=name) for name in "pq"]
    with store(tmp_path) as kept:
        run(jobs, engines, kept, workers=2, done=lambda job, _: told.append(job.path), make=lambda _: Faulty())
        found = [kept.outcome(EXERCISE.name, "v", name) for name in "pq"]
    assert told == ["p", "q"]
    assert all(one and one.fault.startswith("The cluster's scheduler") and not one.report for one in found)


def entered(address: str) -> None:
    """Reach the cluster at `address`, and leave it."""
    with cluster.cluster(address, "trusted", print):
        pass


def test_nothing_answers_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWER", 1.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        with (
            pytest.raises(NoEngineError, match="No Dask scheduler answers"),
            cluster.cluster(address, "trusted", print),
        ):
            pass


@pytest.mark.parametrize("address", ["10.0.0.5:8786", "http://10.0.0.5", "tcp://"])
def test_no_address(address: str) -> None:
    with (
        pytest.raises(UsageError, match="is no address of a Dask scheduler"),
        cluster.cluster(address, "trusted", print),
    ):
        pass


def test_without_dask_the_one_command_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str) -> Any:
        raise ImportError

    monkeypatch.setattr(cluster, "import_module", gone)
    with (
        pytest.raises(UsageError, match=r"-r requirements-cluster\.lock"),
        cluster.cluster("tcp://x:1", "trusted", print),
    ):
        pass
    monkeypatch.setattr(command_of_cluster.importlib.util, "find_spec", lambda _: None)
    done = inside("cluster", "scheduler")
    assert (done.returncode, "./drydock cluster … installs it" in done.stderr) == (2, True)


@pytest.fixture
def two_engines() -> Iterator[list[EngineAddress]]:
    """Two engines of this test's own, which it may kill."""
    names = ("grading-a", "grading-b")
    yield [whole_class.engine(name) for name in names]
    for name in names:
        private.remove(Places.from_environment(whole_class.environment()), name)


@pytest.mark.engine
def test_a_small_class_on_an_engine_that_dies_and_on_a_cluster_whose_worker_dies(
    tmp_path: Path, two_engines: list[EngineAddress]
) -> None:
    expected = make_class(tmp_path / "in", 12, EXERCISE.name)
    first = {"DOCKER_HOST": two_engines[0].host, "DOCKER_CONFIG": two_engines[0].config}
    whole_class.graded(tmp_path / "in", tmp_path / "whole", first, EXERCISE.name)
    found = whole_class.results(tmp_path / "whole")
    assert found.keys() == expected.keys()
    assert {who: one for who, one in found.items() if one[0] not in expected[who]} == {}
    on_dead = whole_class.engine_killed(
        tmp_path / "in", tmp_path / "engine", tmp_path / "whole", "grading-a", EXERCISE.name
    )
    assert (on_dead["wrong"], on_dead["same_at_the_end"]) == ({}, True)
    engines = [whole_class.engine("grading-a"), two_engines[1]]
    on_two = whole_class.worker_killed(
        tmp_path / "in", tmp_path / "cluster", tmp_path / "whole", engines, EXERCISE.name
    )
    assert on_two == {"same": True, "outcomes": len(whole_class.kept(tmp_path / "whole"))}
