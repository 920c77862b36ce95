"""Gradescope: results.json of an autograder, for one learner.

Not judged: Gradescope has no word for it, and without a file in results/ it shows that the autograder failed and gives
no score. So nothing is made here of a result without a score. A submission that could not be used at all has 0 points,
which the learner sees with the reason and can hand in again.
"""

from __future__ import annotations

from grader.model import CheckResult
from grader.model.result import Result
from grader.report.exports import NoScoreError
from grader.report.exports._said import fitting, points, said, without_score

SUFFIX = ".json"
LIMIT = 1_000_000


def render(result: Result) -> bytes:
    """The file; raises NoScoreError where the result has no score and is no refusal."""
    if result.score is None and result.status != "refused":
        raise NoScoreError(
            f"{result.student}: {without_score(result)}; Gradescope has no way to say that.",
            "Grade again: without a results.json Gradescope shows that the autograder failed, and gives no score.",
        )
    return fitting(result, LIMIT, _made)


def _made(result: Result) -> dict[str, object]:
    checks = result.report.checks if result.report else ()
    return {
        "score": result.score or 0,
        "execution_time": round(result.seconds, 3),
        "output": f"{result.title or result.exercise}: {points(result)}",
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(at, one) for at, one in enumerate(checks, 1)],
        "extra_data": {"exercise": result.exercise, "status": result.status, "late": result.late},
    }


def _test(at: int, check: CheckResult) -> dict[str, object]:
    made: dict[str, object] = {
        "score": check.points,
        "max_score": check.max_points,
        "name": check.title,
        "name_format": "text",
        "number": str(at),
        "output": said(check),
        "output_format": "text",
        "visibility": "visible",
        "extra_data": {"check": check.name, "status": check.status, "line": check.line},
    }
    if check.applies:
        made["status"] = "passed" if check.status == "passed" else "failed"
    return made
