"""A class judged again from what was kept of 2,000 submissions, with no engine."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from benchmarks.lab import ROOT, Lab, calls, nothing
from benchmarks.values import Pair
from grader import exercise
from grader.batch.again import judged_again
from grader.batch.store import Store, store
from grader.batch.values import HandIn, Outcome
from grader.model import Exercise, Observation, Report
from grader.pipeline import Watcher, check

NEEDS = ("engine",)
CLASS = 2_000


def run(lab: Lab) -> Iterator[Pair]:
    """What `./drydock regrade` does between opening the store and printing; one real observation, kept 2,000 times."""
    wanted = exercise.find(exercise.exercises_folder(), "02")
    seen = check(wanted, ROOT / "exercises" / wanted.name / "solution", lambda: lab.engine, Watcher())
    with store(lab.folder / "class") as kept:
        _fill(kept, wanted, *seen)
        yield lab.pair(
            f"judge {CLASS:,} stored observations again, processor time",
            calls(lambda: [change for change, _ in judged_again(kept, wanted)], processor=True),
            nothing(processor=True),
            against="`python -c pass`",
            rounds=5,
            most_ours=2.0,
        )


def _fill(kept: Store, wanted: Exercise, report: Report, seen: Observation) -> None:
    outcome = Outcome(report=msgspec.json.encode(report), observation=msgspec.json.encode(seen))
    for number in range(CLASS):
        digest = f"{number:064x}"
        kept.hand_in(HandIn(student=f"s{number}", exercise=wanted.name, path="p"), digest, "")
        kept.keep(wanted.name, "v1", digest, outcome)
