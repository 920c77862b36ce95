"""A whole class graded, killed, continued, and graded on a cluster; and whether the results are the same each time.

    python -m tests.whole_class FOLDER --many 200 [--parts small,whole,killed,engine,cluster]

`small` grades 20 beside it, `killed` kills the grader at three places and goes on, `engine` kills the engine in the
middle, `cluster` grades on two Dask workers with two engines, and kills one worker in the middle. Figures are printed
as JSON, a line a part. Engines are two of Drydock's own, class-a and class-b, which stay; `drydock clean` removes them.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from grader.engine import private
from grader.engine.bases.ensure import ensure
from grader.engine.places import EngineAddress, Places, PrivateSpec
from tests.a_class import EXERCISE, make_class
from tests.programs import command, environment

LONGEST = 3600.0
Results = dict[str, tuple[str, str]]


def engine(name: str) -> EngineAddress:
    """An engine of Drydock's own with busybox, started where it does not run."""
    places = Places.from_environment(os.environ)
    address = private.start(places, PrivateSpec(name=name), print)
    ensure(address, places, ["busybox:1.37"], print)
    return address


def kill_engine(name: str) -> None:
    """Kill the engine's daemon, as if its machine had no memory left for it."""
    os.kill(private.status(Places.from_environment(os.environ), name).pid, signal.SIGKILL)


class Grading:
    """`drydock grade` as a program in a session of its own; `peak` is the most memory (PSS) of all its processes."""

    def __init__(self, handed: Path, out: Path, env: dict[str, str], *words: str, name: str = EXERCISE) -> None:
        self.out, self.peak = out, 0
        self._began = time.monotonic()
        self._said = out.with_suffix(".said").open("w+")
        self._process = subprocess.Popen(
            command("grade", name, str(handed), "--out", str(out), *words),
            env={**environment(), **env},
            stdout=self._said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def until(self, enough: Callable[[], bool]) -> bool:
        """Wait until it is `enough` (True), or it has ended (False)."""
        limit = time.monotonic() + LONGEST
        while self._process.poll() is None and time.monotonic() < limit:
            self.peak = max(self.peak, memory(self._process.pid))
            if enough():
                return True
            time.sleep(0.2)
        return False

    def kill(self) -> None:
        """SIGKILL to it and all its processes."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._said.close()

    def ended(self) -> tuple[int, str, float]:
        """Its exit status, what it said, and the seconds it took."""
        self.until(lambda: False)
        if self._process.poll() is None:
            self.kill()
        seconds = time.monotonic() - self._began
        self._said.close()
        return self._process.returncode, self.out.with_suffix(".said").read_text(), seconds


def memory(session: int) -> int:
    """Bytes of memory, shared ones by halves, of all processes of a session."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, IndexError):
            if int(stat.read_text().rpartition(")")[2].split()[3]) == session:
                rolled = (stat.parent / "smaps_rollup").read_text()
                total += 1024 * int(rolled.partition("\nPss:")[2].split()[0])
    return total


def kept(out: Path) -> dict[str, float]:
    """When each outcome in the store was written, by its digest; faults are none."""
    with (
        suppress(sqlite3.OperationalError),
        closing(sqlite3.connect(f"file:{out}/results.sqlite3?mode=ro", uri=True)) as db,
    ):
        return dict(db.execute("SELECT digest, at FROM outcome WHERE fault = ''").fetchall())
    return {}


def results(out: Path) -> Results:
    """Each learner's status and score."""
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: (row["status"], row["score"]) for row in csv.DictReader(file)}


def killed_and_continued(handed: Path, out: Path, env: dict[str, str], places: list[int], name: str) -> int:
    """Kill it when so many outcomes are there, each time, and then let it end; how many outcomes were not kept."""
    lost, before = 0, dict[str, float]()
    for many in places:
        run = Grading(handed, out, env, name=name)
        run.until(partial(_enough, out, many))
        run.kill()
        now = kept(out)
        lost += sum(now.get(digest) != at for digest, at in before.items())
        before = now
    status, said, _ = Grading(handed, out, env, name=name).ended()
    assert status == 0, said
    now = kept(out)
    return lost + sum(now.get(digest) != at for digest, at in before.items())


def _enough(out: Path, many: int) -> bool:
    return len(kept(out)) >= many


@contextmanager
def cluster(folder: Path, engines: list[EngineAddress]) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask cluster of this machine with a worker for each engine: the scheduler's address, and the workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    begun: list[subprocess.Popen[bytes]] = []

    def begin(*words: str, **env: str) -> subprocess.Popen[bytes]:
        with (folder / f"dask-{len(begun)}.log").open("wb") as log:
            begun.append(
                subprocess.Popen(
                    command("cluster", *words),
                    env={**environment(), **env},
                    cwd=folder,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )
        return begun[-1]

    try:
        begin("scheduler", "--host", "127.0.0.1", "--port", str(port))
        usual = ("worker", address, "--host", "127.0.0.1", "--no-nanny", "--local-directory", str(folder))
        workers = [begin(*usual, DOCKER_HOST=one.host, DOCKER_CONFIG=one.config) for one in engines]
        yield address, workers
    finally:
        for one in begun:
            with suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()


def graded(handed: Path, out: Path, env: dict[str, str], name: str = EXERCISE) -> dict[str, object]:
    """Grade the class in one go; the figures."""
    run = Grading(handed, out, env, name=name)
    status, said, seconds = run.ended()
    assert status == 0, said
    found = len(results(out))
    each = round(seconds / found, 2)
    return {"submissions": found, "graded": len(kept(out)), "each": each, "peak_megabytes": run.peak // 10**6}


def engine_killed(handed: Path, out: Path, whole: Path, named: str, name: str = EXERCISE) -> dict[str, object]:
    """Kill the engine `named` in the middle of grading, and call the grader once more when it has ended.

    `wrong` are those who had another result than in `whole` after the first call, and were not left as not judged.
    """
    at = engine(named)
    env = {"DOCKER_HOST": at.host, "DOCKER_CONFIG": at.config}
    run = Grading(handed, out, env, name=name)
    assert run.until(lambda: len(kept(out)) >= len(kept(whole)) // 2)
    kill_engine(named)
    status, said, _ = run.ended()
    assert status in (0, 3), said
    found, right = results(out), results(whole)
    wrong = {who: one for who, one in found.items() if one != right[who] and one[0] != "not_judged"}
    left = sum(one[0] == "not_judged" for one in found.values())
    again, said, _ = Grading(handed, out, env, name=name).ended()
    assert again == 0, said
    return {"status": status, "not_judged": left, "wrong": wrong, "same_at_the_end": results(out) == right}


def worker_killed(
    handed: Path, out: Path, whole: Path, engines: list[EngineAddress], name: str = EXERCISE
) -> dict[str, object]:
    """Grade on a cluster with a worker for each engine, and kill the first worker in the middle."""
    with cluster(out.parent, engines) as (address, workers):
        # No engine of the grader's own: it needs none.
        run = Grading(handed, out, {"DOCKER_HOST": "unix:///nowhere"}, "--cluster", address, name=name)
        assert run.until(lambda: len(kept(out)) >= len(kept(whole)) // 2), run.ended()
        os.killpg(workers[0].pid, signal.SIGKILL)
        status, said, _ = run.ended()
    assert status == 0, said
    return {"same": results(out) == results(whole), "outcomes": len(kept(out))}


def main(folder: Path, many: int, parts: list[str]) -> None:
    """Do these parts, and print the figures of each."""
    folder.mkdir(parents=True, exist_ok=True)
    first, second = engine("class-a"), engine("class-b")
    env = {"DOCKER_HOST": first.host, "DOCKER_CONFIG": first.config}
    handed, whole = folder / "handed", folder / "whole"
    expected = make_class(handed, many) if not handed.exists() else {}
    for part in parts:
        began = time.monotonic()
        out = folder / part
        figures: dict[str, object]
        if part == "small":
            make_class(folder / "few", 20)
            figures = graded(folder / "few", out, env)
        elif part == "whole":
            figures = graded(handed, out, env)
            found = results(out)
            figures["unexpected"] = {who: found[who] for who, may in expected.items() if found[who][0] not in may}
        elif part == "killed":
            total = len(kept(whole))
            lost = killed_and_continued(handed, out, env, [total // 5, total // 2, total * 4 // 5], EXERCISE)
            figures = {"lost_or_twice": lost, "same": results(out) == results(whole), "outcomes": len(kept(out))}
        elif part == "engine":
            figures = engine_killed(handed, out, whole, "class-a")
        else:
            figures = worker_killed(handed, out, whole, [engine("class-a"), second])
        print(json.dumps({"part": part, "seconds": round(time.monotonic() - began, 1), **figures}), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--many", type=int, default=200)
    parser.add_argument("--parts", default="small,whole,killed,engine,cluster")
    given = parser.parse_args()
    main(given.folder, given.many, given.parts.split(","))
    sys.exit(0)
