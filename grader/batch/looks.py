"""Who needs a look: whoever has no score, few points, or is far from what is usual in the class."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from grader.model.class_report import LearnerLine, Look

FEW = 0.25
"""Less than this share of the points."""
TIMES = 3
"""So many times the median is far from it."""
SECONDS, WASTE = 10.0, 5e6
"""Below these nobody needs a look, however little is usual."""


def looks(learners: Sequence[LearnerLine], most: float) -> Iterator[Look]:
    """The reasons for a look that somebody has, the most pressing first; one learner may have several."""
    for status in ("not_judged", "refused", "missing"):
        if there := _which(one.status == status for one in learners):
            yield Look(kind=status, learners=there)
    if there := _which(one.score is not None and one.score < FEW * most for one in learners):
        yield Look(kind="few_points", learners=there)
    slow = max(SECONDS, TIMES * _median([one.seconds for one in learners if one.seconds]))
    if there := _which(one.seconds > slow for one in learners):
        yield Look(kind="slow", learners=there, over=slow)
    waste = max(WASTE, TIMES * _median([float(one.wasted_bytes) for one in learners if one.image_bytes is not None]))
    if there := _which(one.wasted_bytes > waste for one in learners):
        yield Look(kind="waste", learners=there, over=waste)


def _which(found: Iterator[bool]) -> tuple[int, ...]:
    return tuple(at for at, one in enumerate(found) if one)


def _median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0
