"""Two graders on one engine, and `docker system prune -af` in the middle: no verdict is another one for it."""

from __future__ import annotations

import csv
import os
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from grader import exercise
from grader.answers import answers, lay_out
from grader.engine import private
from grader.engine.bases.ensure import ensure
from grader.engine.client import Engine
from grader.engine.places import EngineAddress, Places, PrivateSpec
from grader.engine.runs import LABEL
from tests.programs import ROOT, command

EXERCISE = exercise.find(exercise.exercises_folder(), "05-few-layers")
SECONDS = 500.0
EXPECTED = {"ada": "passed", "bob": "failed", "eve": "passed"}


def hand_in(folder: Path) -> Path:
    """Right, wrong, right; in each folder other bytes, so that nothing is taken from another one's build."""
    right = next(one for one in answers(EXERCISE) if one.kind == "right")
    for name in EXPECTED:
        lay_out(EXERCISE, Path(right.folder), folder / name)
        file = folder / name / "Dockerfile"
        file.write_text(f"{file.read_text()}{'RUN exit 3' if name == 'bob' else ''}\n# {folder.name}, {name}\n")
    return folder


def begin(folder: Path, out: Path, address: EngineAddress, places: Places) -> subprocess.Popen[str]:
    env = {**os.environ, **address.environment(os.environ), "PYTHONPATH": str(ROOT), "DRYDOCK_HOME": places.data}
    words = command("grade", EXERCISE.name, str(folder), "--out", str(out), "--jobs", "1")
    return subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def verdicts(out: Path) -> dict[str, str]:
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row["status"] for row in csv.DictReader(file)}


def kept(out: Path) -> int:
    """How many verdicts there are so far."""
    file = out / "results.sqlite3"
    if not file.exists():
        return 0
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        try:
            return int(store.execute("SELECT count(*) FROM outcome").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


@pytest.mark.engine
def test_two_at_once_and_a_prune_in_the_middle(places: Places, tmp_path: Path) -> None:
    """What the prune took is made again, or not judged and graded by the same command; it is nobody's zero."""
    address = private.start(places, PrivateSpec(), print)
    ensure(address, places, EXERCISE.bases, print)
    outs = [tmp_path / "out-1", tmp_path / "out-2"]
    folders = [hand_in(tmp_path / name) for name in ("first", "second")]
    running = [begin(folder, out, address, places) for folder, out in zip(folders, outs, strict=True)]
    try:
        limit = time.monotonic() + SECONDS
        while not kept(outs[0]) and running[0].poll() is None and time.monotonic() < limit:
            time.sleep(0.02)
        subprocess.run(
            [address.docker, "system", "prune", "--all", "--force"],
            env=address.environment(os.environ),
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=SECONDS,
        )
        said = [one.communicate(timeout=SECONDS)[0] for one in running]
    finally:
        for one in running:
            one.kill()
            one.wait()
    for folder, out, one, words in zip(folders, outs, running, said, strict=True):
        assert one.returncode in (0, 3), words
        found = verdicts(out)
        assert all(found[name] in (status, "not_judged") for name, status in EXPECTED.items()), (found, words)
        with begin(folder, out, address, places) as again:
            printed = again.communicate(timeout=SECONDS)[0]
        assert again.returncode == 0, printed
        assert verdicts(out) == EXPECTED
    engine = Engine(address)
    assert engine.api.containers(all=True, filters={"label": [LABEL]}) == []
    assert engine.api.images(filters={"label": [LABEL]}) == []
    engine.close()
