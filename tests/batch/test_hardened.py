"""`--tier hardened` and `--tier default` as programs: the same verdicts, the tier in each report, and nothing left."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from grader import exercise
from grader.answers import answers, lay_out
from grader.engine.owned import OWNER
from grader.engine.places import Places
from grader.engine.sealed.leftover import leftovers
from grader.making import make
from tests.conftest import Engines
from tests.programs import command, drydock, environment, running

EXERCISE = exercise.find(exercise.exercises_folder(), "02")


@pytest.mark.engine
@pytest.mark.parametrize("tier", ["default", "hardened"])
def test_a_class_with_an_engine_for_each(tier: str, tmp_path: Path) -> None:
    """Right, wrong and unreadable ones: an exercise whose checks ask a server for its answers."""
    found = answers(EXERCISE)
    right = next(one for one in found if one.kind == "right")
    wrong = next(one for one in found if one.kind == "wrong")
    lay_out(EXERCISE, Path(right.folder), tmp_path / "in/ada")
    lay_out(EXERCISE, Path(wrong.folder), tmp_path / "in/bob")
    (tmp_path / "in/eve").mkdir()
    (tmp_path / "in/eve/Dockerfile").write_text("FROM debian:trixie-slim\nRUNN true\n")
    out = tmp_path / "out"
    done = drydock("grade", "02", str(tmp_path / "in"), "--out", str(out), "--tier", tier, seconds=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"isolation: {tier}" in done.stderr
    rows = {row["student"]: row for row in map(json.loads, (out / "results.jsonl").read_text("utf-8").splitlines())}
    assert {name: row["status"] for name, row in rows.items()} == {"ada": "passed", "bob": "failed", "eve": "failed"}
    for name in ("ada", "eve"):
        page = next((out / "pages").glob(f"*{name}*")).read_text("utf-8")
        assert tier in page
    assert leftovers(Places.from_environment(os.environ)) == []


@pytest.mark.engine
def test_a_check_names_the_tier(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM busybox:1.37\nRUN false\n")
    done = drydock("check", "05-few-layers", str(tmp_path), "--tier", "hardened", "--json", seconds=300)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert (report["tier"], report["status"]) == ("hardened", "failed")
    assert report["build"]["failure"]["exit_code"] == 1


@pytest.mark.engine
@pytest.mark.parametrize("tier", ["default", "hardened"])
def test_an_image_archive_is_loaded_in_an_engine_of_its_own(tier: str, all_engines: Engines, tmp_path: Path) -> None:
    wanted = exercise.find(exercise.exercises_folder(), "03-save-load")
    right = next(one for one in answers(wanted) if one.kind == "right")
    lay_out(wanted, Path(right.folder), tmp_path / "ada")
    make(wanted, tmp_path / "ada", lambda: all_engines.with_bases("graph", *wanted.bases))
    done = drydock("check", wanted.name, str(tmp_path / "ada"), "--tier", tier, "--json", seconds=300)
    report = json.loads(done.stdout)
    assert (report["tier"], report["status"], report["score"]) == (tier, "passed", report["max_score"]), done.stderr


@pytest.mark.engine
def test_killed_in_the_middle_it_leaves_no_engine_and_goes_on(tmp_path: Path) -> None:
    """SIGKILL while engines start or run: the kernel ends them, and the same command then grades everything."""
    for name in ("ada", "bob", "eve"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "Dockerfile").write_text(f"FROM busybox:1.37\nRUN echo {name}\n")
    words = ("grade", "05-few-layers", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--tier", "hardened")
    places = Places.from_environment(os.environ)
    with running(command(*words), environment()) as grader:
        limit = time.monotonic() + 240
        while not engines_of(places, grader.pid) and time.monotonic() < limit:
            time.sleep(0.02)
        assert engines_of(places, grader.pid)
        grader.kill()
    limit = time.monotonic() + 60
    while (alive := [*engines_that_run(places), *programs_in(grader.pid)]) and time.monotonic() < limit:
        time.sleep(0.05)
    assert alive == []
    done = drydock(*words, seconds=600)
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "out/results.jsonl").read_text("utf-8").splitlines()) == 3
    assert leftovers(places) == []


def engines_of(places: Places, owner: int) -> list[str]:
    """The sealed engines that belong to this process."""
    found = []
    for path in Path(places.run).glob(f"sealed-*/{OWNER}"):
        try:
            if json.loads(path.read_bytes())["pid"] == owner:
                found.append(path.parent.name)
        except (OSError, ValueError):
            continue
    return found


def engines_that_run(places: Places) -> list[str]:
    """Those with processes although nobody owns them any more."""
    return [one.name for one in leftovers(places) if one.processes]


def programs_in(session: int) -> list[int]:
    """The processes of a session: a program and what it started, but for what has a session of its own."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(path.name)) == session and (path / "cmdline").read_bytes():
                found.append(int(path.name))
        except OSError:
            continue
    return found
