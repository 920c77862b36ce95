"""What a class came to, as values that its page shows."""

from __future__ import annotations

from typing import Literal

import msgspec


class WrongReason(msgspec.Struct, frozen=True, kw_only=True):
    """What a check saw in `count` submissions, figures apart: the words of the `example`'s verdict."""

    seen: str
    count: int
    example: int


class CheckStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """How one check went: how many passed, failed, and were not judged.

    `discrimination` is the correlation, from -1 to 1, between passing this check and the points of all other checks
    (the corrected item-total correlation), among those on whom it was judged; None where all or none of them have
    passed, or the rest is the same for all.
    """

    name: str
    points: float
    passed: int
    failed: int
    not_judged: int
    discrimination: float | None = None
    reasons: tuple[WrongReason, ...] = ()


class LearnerLine(msgspec.Struct, frozen=True, kw_only=True):
    """One learner's result: `page` is the path of their report, empty where there is none."""

    student: str
    status: str
    score: float | None = None
    page: str = ""
    late: bool = False
    late_note: str = ""
    automatic_score: float | None = None
    same_as: str = ""
    comment: str = ""
    reason: str = ""
    seconds: float = 0.0
    image_bytes: int | None = None
    wasted_bytes: int = 0


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """A file of two learners: its lines on each side, each with whether the other side lacks it.

    There is one side where both have the same, and None in the place of one who has no such file.
    """

    name: str
    sides: tuple[tuple[tuple[str, bool], ...] | None, ...]


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """Learners whose answers are nearly the same, named by their places, and how near: from 0 to 1, the least of them.

    `pair` are two of them whose texts differ, where two do; `files` are what they wrote, or what all have, the
    Dockerfile first.
    """

    learners: tuple[int, ...]
    similarity: float
    pair: tuple[int, ...] = ()
    files: tuple[Compared, ...] = ()


LookKind = Literal["not_judged", "refused", "missing", "few_points", "slow", "waste"]


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Learners who need a look, named by their places, and why: `over` is the limit in seconds or bytes.

    `few_points` is less than a quarter of them; `slow` and `waste` are over three times what is usual, the median, and
    over a least that is worth a look.
    """

    kind: LookKind
    learners: tuple[int, ...]
    over: float = 0.0


class ClassExercise(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise of a class: its learners in order, its checks, and groups of learners with nearly the same answer.

    Learners are named by their place in `learners`. `bins` counts scores by tenths of the points: from 0 to under 10 %,
    ..., from 90 % to under 100 %, and all points.
    """

    name: str
    title: str
    max_score: float
    learners: tuple[LearnerLine, ...]
    checks: tuple[CheckStatistics, ...] = ()
    looks: tuple[Look, ...] = ()
    alike: tuple[Alike, ...] = ()
    bins: tuple[int, ...] = ()
    median: float | None = None


class ClassReport(msgspec.Struct, frozen=True, kw_only=True):
    """The results of a class."""

    exercises: tuple[ClassExercise, ...]
