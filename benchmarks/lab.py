"""What a benchmark works with: a clock for pairs, a folder for its files, the peers, and the engine."""

from __future__ import annotations

import itertools
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from benchmarks.peers import Peers
from benchmarks.values import Pair
from grader.engine.client import Engine
from grader.engine.find import find_or_start
from grader.engine.places import EngineAddress, Places

ROOT = Path(__file__).resolve().parent.parent
# Between this process and the one that is measured: Linux counts for a process what its parent held when it started it.
HELD = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)
"""
Measure = Callable[[], float]
LONG = 5.0
"""Seconds of a turn from which on it has nothing to warm."""


class NoMeasurementError(Exception):
    """A benchmark cannot be run here, or a program in it failed."""


class Lab:
    """One run of the benchmarks; `folder` is removed afterwards, `quick` asks for few turns."""

    def __init__(self, folder: Path, peers: Peers, *, quick: bool) -> None:
        self.folder, self.peers, self.quick = folder, peers, quick
        self.places = Places.from_environment(os.environ)

    @cached_property
    def address(self) -> EngineAddress:
        """The engine, found or started as `./drydock check` does it."""
        return find_or_start(self.places, os.environ, self.say)

    @cached_property
    def engine(self) -> Engine:
        """The engine."""
        return Engine(address=self.address)

    def say(self, text: str) -> None:
        """A line about how far it is, on standard error."""
        print(text, file=sys.stderr, flush=True)

    @property
    def docker(self) -> Mapping[str, str]:
        """The environment in which a docker program reaches that engine."""
        return self.address.environment(os.environ)

    def pair(
        self,
        name: str,
        ours: Measure,
        theirs: Measure,
        *,
        against: str,
        rounds: int,
        unit: str = "s",
        most_ratio: float | None = None,
        most_ours: float | None = None,
        most_over: float | None = None,
    ) -> Pair:
        """Both measured turn by turn; a busy machine is busy for both then.

        Before several turns comes one that does not count, unless it is LONG.
        """
        turns = min(rounds, 3) if self.quick else rounds
        found: list[tuple[float, float]] = []
        for turn in itertools.count():
            if len(found) == turns:
                break
            self.say(f"  {name}: turn {len(found) + 1} of {turns}")
            # Every other turn begins with the other one, so that neither always comes after the same.
            found.append((theirs(), ours())[::-1] if turn % 2 else (ours(), theirs()))
            if turn == 0 and turns > 1 and not (unit == "s" and max(found[0]) > LONG):
                found.clear()
        return Pair(
            name=name,
            ours=statistics.median(mine for mine, _ in found),
            theirs=statistics.median(other for _, other in found),
            ratio=statistics.median(mine / other for mine, other in found),
            rounds=turns,
            against=against,
            unit=unit,
            most_ratio=most_ratio,
            most_ours=most_ours,
            most_over=most_over,
        )


def python(*arguments: str) -> list[str]:
    """The command line of this Python with the course importable."""
    return [sys.executable, *arguments]


def usual_environment() -> dict[str, str]:
    """As for a user: the course is importable, and what was compiled once is kept."""
    return {**os.environ, "PYTHONPATH": str(ROOT)} | {"PYTHONDONTWRITEBYTECODE": ""}


def nothing(*, processor: bool = False) -> Measure:
    """The time of a Python that does nothing: how fast the machine is at the moment."""
    return process(python("-c", "pass"), processor=processor)


def process(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    folder: Path = ROOT,
    codes: Sequence[int] = (0,),
    processor: bool = False,
) -> Measure:
    """A measure of a whole process: its seconds, from start to end, or those of the `processor`.

    Raises NoMeasurementError, when measured, where it ends with an exit code that is none of `codes`.
    """
    words = [str(word) for word in command]
    given = usual_environment() if env is None else dict(env)

    def measure() -> float:
        clock = _children if processor else time.perf_counter
        began = clock()
        done = subprocess.run(words, cwd=folder, env=given, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        seconds = clock() - began
        if done.returncode not in codes:
            end = done.stderr.decode("utf-8", "replace")[-300:]
            raise NoMeasurementError(f"{Path(words[0]).name} ended with exit code {done.returncode}: {end}")
        return seconds

    return measure


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def memory(command: Sequence[str | Path]) -> Measure:
    """A measure of the most memory that a process holds, in MB."""

    def measure() -> float:
        done = subprocess.run(
            [sys.executable, "-S", "-c", HELD, *map(str, command)],
            cwd=ROOT,
            env=usual_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise NoMeasurementError(f"{Path(command[0]).name} failed: {done.stderr.decode('utf-8', 'replace')[-300:]}")
        return float(done.stdout.split()[-1]) / (1 << 20 if sys.platform == "darwin" else 1 << 10)

    return measure


def calls(function: Callable[[], object], times: int = 1, *, processor: bool = False) -> Measure:
    """A measure of one call of a function in this process: the mean seconds of `times` calls, or the `processor`'s."""
    clock = time.process_time if processor else time.perf_counter

    def measure() -> float:
        began = clock()
        for _ in range(times):
            function()
        return (clock() - began) / times

    return measure
