"""What one learner's work on one exercise came to: the value that results in other systems' formats are made from."""

from __future__ import annotations

from typing import Literal

import msgspec

from grader.model.report import Report

ResultStatus = Literal["passed", "failed", "refused", "not_judged", "missing"]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A learner's result; `score` is None where nothing was judged, and never stands for a zero.

    It counts all: an instructor's own score and what was taken off for days late (`late_note`). `report` is None where
    nothing was built, and `reason` then says why. `about` has what the roster says of the learner, by column.
    """

    student: str
    exercise: str
    title: str = ""
    status: ResultStatus
    score: float | None = None
    max_score: float = 0.0
    automatic_score: float | None = None
    late: bool = False
    late_note: str = ""
    submitted: str = ""
    same_as: str = ""
    comment: str = ""
    reason: str = ""
    seconds: float = 0.0
    digest: str = ""
    report: Report | None = None
    about: dict[str, str] = msgspec.field(default_factory=dict)
