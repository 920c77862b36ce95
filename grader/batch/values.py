"""The values of a class: who handed in what, what came of it, and the row that says so."""

from __future__ import annotations

import msgspec

from grader.model.reading import from_json
from grader.model.result import ResultStatus

DIED = "the process that graded it died"


class HandIn(msgspec.Struct, frozen=True, kw_only=True):
    """What one learner handed in for one exercise: `path` is a folder or a file.

    `refused` says why it cannot be graded at all (then `path` may be empty), `fault` what on this machine keeps it from
    being read; `late` that the download marks it so.
    """

    student: str
    exercise: str
    path: str = ""
    refused: str = ""
    fault: str = ""
    late: bool = False


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What grading one submission came to: a report with its observation (JSON), a refusal, or a fault.

    `fault` is the machine's; the learner is not to blame for it, and it is tried again.
    """

    report: bytes = b""
    observation: bytes = b""
    refused: str = ""
    fault: str = ""
    seconds: float = 0.0

    @property
    def tier(self) -> str:
        """The isolation in which it was graded; none where there was no report."""
        return from_json(self.report, _Tiered).tier if self.report else ""


class _Tiered(msgspec.Struct, frozen=True):
    tier: str = ""


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What a first look at a submission came to: the digest of its files, or the outcome where it cannot be graded.

    `marks` are the passages by which it is compared with others, `texts` the files that are then shown.
    """

    found: str | Outcome
    marks: bytes = b""
    texts: bytes = b""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the results. `score` is None where nothing was judged; it never stands for a zero.

    `automatic_score` is what the checks came to, before the late days that `late_note` tells of and before the
    instructor's own word. `submitted` is when it was handed in, where that is known (ISO 8601).
    `place` is where it lay, as messages name it. `same_as` names the learner whose identical files were built for both;
    `reason` says the rest in a sentence.
    """

    student: str
    exercise: str
    status: ResultStatus
    score: float | None = None
    max_score: float = 0.0
    late: bool = False
    late_note: str = ""
    submitted: str = ""
    same_as: str = ""
    reason: str = ""
    comment: str = ""
    automatic_score: float | None = None
    digest: str = ""
    place: str = ""
    seconds: float = 0.0
    report: bytes = b""
