"""`--tier hardened` as a program: the same verdicts as ever, the tier in each report, and nothing left."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from grader import exercise
from grader.answers import answers, lay_out
from grader.engine.places import Places
from grader.engine.sealed.leftover import leftovers
from tests.programs import drydock

EXERCISE = exercise.find(exercise.exercises_folder(), "02")


@pytest.mark.engine
def test_a_class_with_an_engine_for_each(tmp_path: Path) -> None:
    """Right, wrong and unreadable ones: an exercise whose checks ask a server for its answers."""
    found = answers(EXERCISE)
    right = next(one for one in found if one.kind == "right")
    wrong = next(one for one in found if one.kind == "wrong")
    lay_out(EXERCISE, Path(right.folder), tmp_path / "in/ada")
    lay_out(EXERCISE, Path(wrong.folder), tmp_path / "in/bob")
    (tmp_path / "in/eve").mkdir()
    (tmp_path / "in/eve/Dockerfile").write_text("FROM debian:trixie-slim\nRUNN true\n")
    out = tmp_path / "out"
    done = drydock("grade", "02", str(tmp_path / "in"), "--out", str(out), "--tier", "hardened", seconds=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "isolation: hardened" in done.stderr
    rows = {row["student"]: row for row in map(json.loads, (out / "results.jsonl").read_text("utf-8").splitlines())}
    assert {name: row["status"] for name, row in rows.items()} == {"ada": "passed", "bob": "failed", "eve": "failed"}
    for name in ("ada", "eve"):
        page = next((out / "pages").glob(f"*{name}*")).read_text("utf-8")
        assert "hardened" in page
    assert leftovers(Places.from_environment(os.environ)) == []


@pytest.mark.engine
def test_a_check_names_the_tier(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM busybox:1.37\nRUN false\n")
    done = drydock("check", "05-few-layers", str(tmp_path), "--tier", "hardened", "--json", seconds=300)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert (report["tier"], report["status"]) == ("hardened", "failed")
    assert report["build"]["failure"]["exit_code"] == 1
