"""`grade --key` as a program, with an engine: each learner is graded by values of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader import exercise, variants
from grader.answers import lay_out
from tests.programs import drydock

KEY = "0123456789abcdef"
ONE = exercise.find(exercise.exercises_folder(), "04-volume-expose-label")


@pytest.mark.engine
def test_own_values_earn_all_and_a_neighbours_do_not(tmp_path: Path) -> None:
    """Two hand in the solution that was made for them, and a third the one that was made for the first."""
    key = tmp_path / "variants.key"
    key.write_text(KEY)
    ada = _values("ada")
    names = (f"s{number}" for number in range(1000))
    # Somebody in whose values none is ada's, so that each row that asks for one is lost.
    bob, eve = [name for name in names if not ada & _values(name)][:2]
    made = {name: variants.own(ONE, variants.code_of(KEY, name), tmp_path / "made") for name in ("ada", bob)}
    for name, copied in (("ada", "ada"), (bob, bob), (eve, "ada")):
        lay_out(made[copied], Path(made[copied].folder, "solution"), tmp_path / "in" / name)
    out = tmp_path / "out"
    done = drydock("grade", ONE.name, str(tmp_path / "in"), "--out", str(out), "--key", str(key), seconds=300)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["student"]: row for row in map(json.loads, (out / "results.jsonl").read_text("utf-8").splitlines())}
    assert {name: row["status"] for name, row in rows.items()} == {"ada": "passed", bob: "passed", eve: "failed"}
    assert rows["ada"]["score"] == rows[bob]["score"] == ONE.max_score
    lost = {one["name"] for one in rows[eve]["checks"] if one["status"] == "failed"}
    assert lost == {"label_set", "port_exposed"}


def _values(student: str) -> set[str]:
    return set(variants.drawn(ONE, variants.code_of(KEY, student)).values())
