"""GitHub Classroom: the result that its autograding reporter takes (then in base64), for one learner.

Not judged: `status` is `error` and `max_score` 0. The reporter then hands no points on, and the workflow's run fails.
"""

from __future__ import annotations

from grader.model import CheckResult
from grader.model.result import Result
from grader.report.exports._said import fitting, said, without_score

SUFFIX = ".json"
LIMIT = 200_000
"""A step's output goes on in an environment variable; in base64 this is far below GitHub's limit of 1 MB."""
_STATUS = {"passed": "pass", "failed": "fail", "not_judged": "error"}


def render(result: Result) -> bytes:
    """The file."""
    return fitting(result, LIMIT, _made)


def _made(result: Result) -> dict[str, object]:
    if result.score is None:
        test = _other("graded", "error", 0, without_score(result))
        return {"version": 1, "status": "error", "max_score": 0, "tests": [test]}
    checks = [one for one in (result.report.checks if result.report else ()) if one.applies]
    tests = [_test(one) for one in checks]
    # The reporter adds the tests up, so what an instructor or a rule for late days changes is a test too.
    difference = result.score - sum(one.points for one in checks)
    why = "; ".join(part for part in (result.late_note, result.comment) if part)
    if abs(difference) > 1e-9:
        tests.append(_other("changed by the instructor or for being late", "pass", difference, why))
    passed = all(one.status == "passed" for one in checks)
    return {"version": 1, "status": "pass" if passed else "fail", "max_score": result.max_score, "tests": tests}


def _test(check: CheckResult) -> dict[str, object]:
    return {
        **_other(check.title, _STATUS[check.status], check.points, said(check)),
        "test_code": f"drydock explain {check.name}",
        "filename": "Dockerfile",
        "line_no": check.line or 0,
    }


def _other(name: str, status: str, score: float, message: str) -> dict[str, object]:
    return {"name": name, "status": status, "score": score, "message": message, "test_code": "", "filename": "",
            "line_no": 0}  # fmt: skip
