"""The tier hardened: all exercises' reference answers graded under gVisor, beside runc."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from benchmarks.lab import ROOT, Lab, Measure, process, python
from benchmarks.values import Pair
from grader import exercise as exercises
from grader.answers import answers, lay_out

NEEDS = ("engine",)


def run(lab: Lab) -> Iterator[Pair]:
    """One learner who hands in the reference answer of each exercise that asks for a Dockerfile, one at a time."""
    handed, root = lab.folder / "handed-in", ROOT / "exercises"
    for name in exercises.names(root):
        wanted = exercises.load(root / name)
        (solution,) = (one for one in answers(wanted) if one.kind == "solution")
        if wanted.submission == "dockerfile":
            lay_out(wanted, Path(solution.folder), handed / "ada" / name)
    numbers = itertools.count()

    def grading(tier: str) -> Measure:
        def measure() -> float:
            out = lab.folder / f"results-{next(numbers)}"
            words = ("grade", "--all", str(handed), "--out", str(out), "--jobs", "1", "--tier", tier)
            return process(python("-m", "grader", *words))()

        return measure

    yield lab.pair(
        "grade all exercises in the tier hardened, gVisor",
        grading("hardened-gvisor"),
        grading("hardened"),
        against="runc",
        rounds=1,
        most_ratio=1.5,
    )
