"""PrairieLearn: results.json of an external grader, for one learner.

Not judged: `gradable` is false, and the message says why; the submission then has no score and costs no attempt. For a
submission that could not be used `format_errors` says what is wrong with it.
"""

from __future__ import annotations

from grader.model import CheckResult
from grader.model.result import Result
from grader.report.exports._said import fitting, points, said, without_score

SUFFIX = ".json"
LIMIT = 1_000_000
"""PrairieLearn reads at most 1 MB."""


def render(result: Result) -> bytes:
    """The file, at most 1 MB."""
    return fitting(result, LIMIT, _made)


def _made(result: Result) -> dict[str, object]:
    if result.score is None:
        refused = {"format_errors": [result.reason]} if result.status == "refused" else {}
        return {"gradable": False, "message": without_score(result), **refused}
    checks = [one for one in (result.report.checks if result.report else ()) if one.applies]
    return {
        "gradable": True,
        "score": min(1.0, result.score / result.max_score) if result.max_score else 1.0,
        "message": points(result),
        "output": result.reason,
        "tests": [_test(one) for one in checks],
    }


def _test(check: CheckResult) -> dict[str, object]:
    return {
        "name": check.title,
        "description": check.name,
        "points": check.points,
        "max_points": check.max_points,
        "message": said(check),
        "output": "",
    }
