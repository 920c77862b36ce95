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
    handed, first, root = lab.folder / "handed-in", lab.folder / "first", ROOT / "exercises"
    seen: set[tuple[str, ...]] = set()
    for name in exercises.names(root):
        wanted = exercises.load(root / name)
        (solution,) = (one for one in answers(wanted) if one.kind == "solution")
        if wanted.submission == "dockerfile":
            lay_out(wanted, Path(solution.folder), handed / "ada" / name)
            if wanted.bases not in seen:
                lay_out(wanted, Path(solution.folder), first / "ada" / name)
            seen.add(wanted.bases)
    numbers = itertools.count()

    def grading(tier: str, handed: Path = handed) -> Measure:
        def measure() -> float:
            out = lab.folder / f"results-{next(numbers)}"
            words = ("grade", "--all", str(handed), "--out", str(out), "--jobs", "1", "--tier", tier)
            return process(python("-m", "grader", *words))()

        return measure

    for tier in ("hardened", "hardened-gvisor"):
        grading(tier, first)()  # Disks with these base images are made, and kept for whoever comes next.
    yield lab.pair(
        "grade all exercises in the tier hardened, gVisor",
        grading("hardened-gvisor"),
        grading("hardened"),
        against="runc",
        rounds=1,
        most_ratio=1.5,
    )
