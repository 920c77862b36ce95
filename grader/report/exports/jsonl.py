"""JSON Lines: an object for each learner and exercise, as in the results.jsonl of a class.

Not judged: `status` says so, and `score` is null. A learner is named exactly as in the submissions: what in a name
would not be seen, or change how the rest is seen, stands there as JSON's own escape.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from grader.model.result import Result
from grader.report.inert import inert_json, visible

SUFFIX = ".jsonl"
SCHEMA = "drydock.result/1"


def render_class(results: Iterable[Result]) -> bytes:
    """The file, UTF-8, of results that are read one after another; a key that is not known is to be passed over."""
    return "".join(inert_json(msgspec.json.encode(_made(one)).decode()) + "\n" for one in results).encode()


def _made(result: Result) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "student": result.student,
        "exercise": result.exercise,
        "status": result.status,
        "score": result.score,
        "max_score": result.max_score,
        "automatic_score": result.automatic_score,
        "late": result.late,
        "late_note": result.late_note,
        "submitted": result.submitted,
        "same_as": result.same_as,
        "comment": visible(result.comment),
        "reason": visible(result.reason),
        "seconds": result.seconds,
        "digest": result.digest,
        "checks": [
            {
                "name": one.name,
                "status": one.status,
                "points": one.points,
                "max_points": one.max_points,
                "line": one.line,
            }
            for one in (result.report.checks if result.report else ())
        ],
    }
