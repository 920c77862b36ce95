"""A class of 200 mixed submissions: graded two at a time, beside one at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from benchmarks.lab import Lab, Measure, process, python
from benchmarks.values import Pair

NEEDS = ("engine",)
MANY, FEW = 200, 40


def run(lab: Lab) -> Iterator[Pair]:
    """Right, wrong, hostile, broken and copied answers; one turn (`--quick`: fewer of them)."""
    from tests.a_class import EXERCISE, make_class

    many = FEW if lab.quick else MANY
    handed = lab.folder / "class"
    make_class(handed, many)
    numbers = itertools.count()

    def grading(jobs: int) -> Measure:
        def measure() -> float:
            out = lab.folder / f"results-{next(numbers)}"
            words = ("grade", EXERCISE, str(handed), "--out", str(out), "--jobs", str(jobs))
            return process(python("-m", "grader", *words), codes=(0, 3))()

        return measure

    yield lab.pair(
        f"grade {many} submissions, two at a time",
        grading(2),
        grading(1),
        against="one at a time",
        rounds=1,
        most_ratio=0.588,
    )
