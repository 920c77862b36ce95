"""Kills a grading at every write, goes on, and compares: `./drydock test kill`.

A small class is graded undisturbed. Then, for each point before and after a write of the store or of a result file, it
is graded anew, killed there by SIGKILL, and the same command is given once more. Its results have to be those of the
undisturbed one, and nothing may be left: no engine, no loop device, no control group, no container. The exit status is
0 when all that is so; 1 when it is not; 3 when this machine cannot give the tier.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import get_args

import msgspec

from grader import exercise
from grader.answers import answers, lay_out
from grader.engine.boxed.launch import MARK
from grader.engine.boxed.leftover import folders
from grader.engine.client import Engine
from grader.engine.find import running_engine
from grader.engine.places import Places
from grader.engine.runs import LABEL, is_over
from grader.engine.sealed.leftover import leftovers
from grader.errors import DrydockError
from grader.model.tier import Tier

EXERCISE = "05-few-layers"
SECONDS = 600.0
END_SECONDS = 60.0


class Killed(msgspec.Struct, frozen=True, kw_only=True):
    """A grading that was killed at a point and went on; `wrong` says what is not as it has to be."""

    number: int
    point: str
    seconds: float
    wrong: tuple[str, ...] = ()


class Class:
    """A class that is graded as often as one wants; `folder` is for its submissions and results."""

    def __init__(self, folder: Path, tier: str) -> None:
        self._folder, self._tier, self._number = folder, tier, 0
        hand_in(folder / "in")

    def grade(self, out: Path, at: int = 0) -> tuple[int, list[str]]:
        """Grade it into `out`, killed at the point `at`; the exit status, and the points that were passed."""
        self._number += 1
        passed = self._folder / f"points-{self._number}"
        words = ("grade", EXERCISE, str(self._folder / "in"), "--out", str(out), "--tier", self._tier)
        said = self._folder / f"said-{self._number}"
        # No pipe: a worker that outlived a killed grading would hold it open, and we would wait for ever.
        with said.open("wb") as file:
            done = subprocess.run(
                [sys.executable, "-P", "-m", "tests.batch.killing", str(passed), str(at), *words],
                env={**os.environ, "PYTHONPATH": str(exercise.exercises_folder().parent)},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                timeout=SECONDS,
                check=False,
            )
        if done.returncode not in (0, -signal.SIGKILL):
            last = said.read_text("utf-8", errors="replace")[-2000:]
            raise DrydockError(f"The class was not graded (exit status {done.returncode}): {last}")
        return done.returncode, passed.read_text("utf-8").splitlines()

    def killed(self, number: int, expected: object) -> Killed:
        """Grade it, killed at the point `number`, and go on."""
        began, out = time.monotonic(), self._folder / f"out-{number}"
        status, passed = self.grade(out, number)
        wrong = [] if status == -signal.SIGKILL and len(passed) == number else ["it was not killed there"]
        wrong += [f"not ended: {one}" for one in still_running()]
        status, _ = self.grade(out)
        wrong += [f"exit status {status}"] if status else []
        wrong += [] if results(out) == expected else [f"other results: {results(out)}"]
        wrong += [f"left: {one}" for one in left()]
        shutil.rmtree(out)
        seconds = time.monotonic() - began
        return Killed(number=number, point=passed[-1] if passed else "", seconds=seconds, wrong=tuple(wrong))


def hand_in(folder: Path) -> None:
    """A right answer, twice; one that does not build; one that is no Dockerfile; one that is refused."""
    wanted = exercise.find(exercise.exercises_folder(), EXERCISE)
    right = next(one for one in answers(wanted) if one.kind == "right")
    for name in ("ada", "ada-again"):
        lay_out(wanted, Path(right.folder), folder / name)
    for name, text in (
        ("bob", "FROM busybox:1.37\nRUN exit 3\n"),
        ("eve", "FROM busybox:1.37\nRUNN true\n"),
        ("gus", ""),
    ):
        (folder / name).mkdir()
        (folder / name / "Dockerfile").write_text(text)


def results(out: Path) -> object:
    """What a class came to: its table, its files, and what the store keeps; no times."""
    with closing(sqlite3.connect(out / "results.sqlite3")) as kept:
        handed = kept.execute(
            "SELECT student, exercise, digest, refused, fault FROM handed ORDER BY student"
        ).fetchall()
        outcomes = kept.execute(
            "SELECT exercise, version, digest, refused, fault FROM outcome ORDER BY digest"
        ).fetchall()
        marked = kept.execute("SELECT exercise, digest, marks FROM marks ORDER BY digest").fetchall()
    table = list(csv.reader((out / "results.csv").read_text("utf-8-sig").splitlines()))
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    return table, [name for name in files if not name.endswith("-journal")], handed, outcomes, marked


def still_running() -> list[str]:
    """What goes on of engines although nobody owns them any more, after a wait that ends as soon as nothing does."""
    places = Places.from_environment(os.environ)
    limit = time.monotonic() + END_SECONDS
    while (found := [one.name for one in leftovers(places) if one.processes]) and time.monotonic() < limit:
        time.sleep(0.05)
    return found


def left() -> list[str]:
    """What is left of engines: with their processes, loop devices, control groups and folders, and as containers."""
    places = Places.from_environment(os.environ)
    limit = time.monotonic() + END_SECONDS
    while found := [*(str(one) for one in leftovers(places)), *map(str, folders(places)), *_containers(places)]:
        if time.monotonic() > limit:
            break
        time.sleep(0.1)
    return found


def _containers(places: Places) -> Iterator[str]:
    """Containers with an engine in them that nobody owns any more."""
    address = running_engine(places, os.environ)
    if address is None:
        return
    engine = Engine(address)
    try:
        for one in engine.api.containers(all=True, filters={"label": [MARK]}):
            if is_over(one["Labels"].get(LABEL, ""), one["Created"]):
                yield f"container {one['Names'][0]}"
    finally:
        engine.close()


def options() -> argparse.ArgumentParser:
    """What the command takes."""
    made = argparse.ArgumentParser(
        prog="./drydock test kill", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument(
        "--tier", choices=get_args(Tier), default="trusted", help="the isolation of the submissions (trusted)"
    )
    made.add_argument("--every", metavar="N", type=int, default=1, help="only every N-th point (1)")
    return made


def main(arguments: list[str]) -> int:
    """Kill at every point; the exit status."""
    given = options().parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="kill-points-") as folder:
            place = Class(Path(folder), given.tier)
            began = time.monotonic()
            _, points = place.grade(Path(folder, "undisturbed"))
            expected = results(Path(folder, "undisturbed"))
            print(
                f"undisturbed: {len(points)} points in {time.monotonic() - began:.1f} s, tier {given.tier}", flush=True
            )
            wrong = tried = 0
            for number in range(1, len(points) + 1, given.every):
                one = place.killed(number, expected)
                tried, wrong = tried + 1, wrong + bool(one.wrong)
                print(
                    f"  {'WRONG' if one.wrong else 'ok   '} {number:3} {one.point:<40} {one.seconds:6.1f} s", flush=True
                )
                for word in one.wrong:
                    print(f"          {word}", flush=True)
    except DrydockError as error:
        print(f"drydock: {error}", file=sys.stderr)
        return 3
    print(f"{tried} of {len(points)} points, {tried - wrong} as undisturbed and nothing left, {wrong} not")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
