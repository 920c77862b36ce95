"""The same tasks on a Dask cluster: its workers grade with engines of their own, the results come back to one store."""

from __future__ import annotations

import logging
import re
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from grader.batch.parcels import Parcel, code_version, grade_parcel, pack
from grader.batch.processes import local
from grader.batch.values import Outcome
from grader.engine.places import EngineAddress
from grader.errors import EngineError, NoEngineError, UsageError
from grader.model.tier import Tier

WAIT = 300.0
"""Seconds that the first worker of a cluster is waited for."""
ANSWER = 20.0
"""Seconds in which a scheduler and its workers have to answer."""
LOST = "the connection to the cluster was lost"
_ADDRESS = re.compile(r"(tcp|tls|ws|wss)://\S+")


class Cluster:
    """A cluster's workers as the engines of a class: each grading goes to one that has not just had a fault."""

    ahead, tries, alone = 0, 3, False

    def __init__(self, client: Any, tier: Tier, threads: int) -> None:
        self._client, self._tier = client, tier
        self.threads = threads
        self.faulty: set[str] = set()

    def prepare(self, _: tuple[str, ...]) -> Future[EngineAddress]:
        """No engine of this machine: which one it is, is the worker's business."""
        now: Future[EngineAddress] = Future()
        now.set_result(EngineAddress(host="", docker="", tier=self._tier))
        return now

    def give_back(self, address: EngineAddress) -> None:
        """The worker keeps it."""

    def there(self) -> Cluster:
        """Itself. Raises EngineError where the scheduler does not answer any more, not even when Dask tries again."""
        limit = time.monotonic() + 2 * ANSWER
        while self._client.status == "connecting" and time.monotonic() < limit:
            time.sleep(0.2)
        if self._client.status != "running":
            raise EngineError(
                "The cluster's scheduler does not answer any more.", "Start it again, and run the same command again."
            )
        return self

    def executor(self, _: int) -> Executor:
        """An executor whose tasks the workers do."""
        return _Sent(self._client, self)

    def good(self) -> list[str] | None:
        """The workers whose last grading had no fault; None where there is no such difference."""
        known = list(self._client.scheduler_info(n_workers=-1)["workers"])
        good = [name for name in known if name not in self.faulty]
        return good if good and len(good) < len(known) else None


class _Sent(Executor):
    """Packs a submission in a process of this machine, and sends it; its futures are those of this machine."""

    def __init__(self, client: Any, cluster: Cluster) -> None:
        self._client, self._cluster = client, cluster
        self._packing = local(1)
        self._sent: set[Any] = set()
        self._closed = False

    def submit(self, _: Callable[..., Any], /, *words: Any, **__: Any) -> Future[Any]:
        """Have the exercise's folder, the path, the engine's address and the seconds of `words` graded."""
        folder, path, address, seconds = words
        come: Future[Any] = Future()
        packed = self._packing.submit(pack, folder, path, address.tier, seconds)
        packed.add_done_callback(lambda done: self._send(done, come))
        return come

    def _send(self, packed: Future[Parcel | Outcome], come: Future[Any]) -> None:
        try:
            parcel = packed.result()
        except BaseException as error:  # noqa: BLE001 - it belongs to who waits for it
            come.set_exception(error)
            return
        if isinstance(parcel, Outcome):
            come.set_result(parcel)
            return
        try:
            good = self._cluster.good()
            where = {"workers": good, "allow_other_workers": True} if good else {}
            sent = self._client.submit(_on_worker, parcel, pure=False, **where)
            self._sent.add(sent)
            sent.add_done_callback(lambda done: self._receive(done, come))
        except Exception as error:  # noqa: BLE001 - whatever Dask says, it is nobody's zero
            come.set_result(Outcome(fault=f"{LOST} ({type(error).__name__})"))

    def _receive(self, sent: Any, come: Future[Any]) -> None:
        self._sent.discard(sent)
        if self._closed:
            come.cancel()
            return
        try:
            worker, outcome = sent.result(timeout=ANSWER)
            (self._cluster.faulty.add if outcome.fault else self._cluster.faulty.discard)(worker)
        except Exception as error:  # noqa: BLE001 - whatever Dask says, it is nobody's zero
            name = type(error).__name__
            died = f"the workers that graded it died ({error})" if name == "KilledWorker" else f"{LOST} ({name})"
            outcome = Outcome(fault=died)
        come.set_result(outcome)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the packing; what was sent and is not back is given up where asked for, and ends by itself."""
        if cancel_futures:
            self._closed = True
            for one in list(self._sent):
                one.cancel()
        self._packing.shutdown(wait=wait, cancel_futures=cancel_futures)


def _on_worker(parcel: Parcel) -> tuple[str, Outcome]:
    """The task: who did it, and the outcome."""
    distributed: Any = import_module("distributed")
    return str(distributed.get_worker().address), grade_parcel(parcel)


@contextmanager
def cluster(address: str, tier: Tier, say: Callable[[str], None]) -> Iterator[Cluster]:
    """The cluster whose scheduler is at `address`, when it has a worker.

    Raises UsageError where Dask is not installed, nothing answers there, or a worker has other code than this.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise UsageError(
            "--cluster needs Dask, which is not installed here.",
            "./drydock grade … --cluster … installs it. Elsewhere: "
            "python -m pip install --require-hashes -r requirements-cluster.lock",
        ) from error
    if not _ADDRESS.fullmatch(address):
        raise UsageError(f"--cluster {address} is no address of a Dask scheduler.", "For example: tcp://10.0.0.5:8786")
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="distributed")
        try:
            client = distributed.Client(address, timeout=ANSWER, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise NoEngineError(
                f"No Dask scheduler answers at {address}: {type(error).__name__}.",
                "Start one: ./drydock cluster scheduler. docs/cluster.md has the ways.",
            ) from error
        try:
            yield Cluster(client, tier, _workers(client, say))
        finally:
            client.close(timeout=ANSWER)


def _workers(client: Any, say: Callable[[str], None]) -> int:
    """How many gradings the workers do at a time. Raises NoEngineError where there are none, or of other code."""
    if not client.scheduler_info()["workers"]:
        say(f"The cluster has no worker yet; waiting for the first one, {WAIT:.0f} s at most.")
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except TimeoutError as error:
        raise NoEngineError("The cluster has no worker.", "Start one: ./drydock cluster worker ADDRESS") from error
    codes = client.run(code_version, on_error="return")
    own = code_version()
    other = [name for name, code in codes.items() if code != own]
    if other:
        came = codes[other[0]]
        why = "has another version of Drydock" if isinstance(came, str) else f"cannot run Drydock ({came})"
        raise NoEngineError(
            f"The worker {other[0]} {why}.", "Put the same files on every worker, and start it from that folder."
        )
    workers = client.scheduler_info(n_workers=-1)["workers"]
    threads = sum(int(one["nthreads"]) for one in workers.values())
    say(f"The cluster has {len(workers)} workers, which grade {threads} submissions at a time.")
    return threads
