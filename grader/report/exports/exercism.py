"""Exercism: results.json of a test runner, version 3, for one learner.

Not judged: `status` is `error`, and the message says why; so it is for a submission that could not be used. A single
check that could not be judged has the status `error`, and one that does not apply is left out.
"""

from __future__ import annotations

from grader.model import CheckResult
from grader.model.result import Result
from grader.report.exports._said import cut, fitting, said, without_score

SUFFIX = ".json"
LIMIT = 1_000_000
MESSAGE, OUTPUT = 65_535, 500
"""The most characters of a message and of a test's output, as Exercism's specification of the runner has them."""
_STATUS = {"passed": "pass", "failed": "fail", "not_judged": "error"}


def render(result: Result) -> bytes:
    """The file."""
    return fitting(result, LIMIT, _made)


def _made(result: Result) -> dict[str, object]:
    if result.report is None or result.report.status == "not_judged":
        return {"version": 3, "status": "error", "message": cut(without_score(result), MESSAGE), "tests": []}
    checks = [one for one in result.report.checks if one.applies]
    status = "pass" if all(one.status == "passed" for one in checks) else "fail"
    tests = [_test(at, one) for at, one in enumerate(checks, 1)]
    return {"version": 3, "status": status, "message": None, "tests": tests}


def _test(at: int, check: CheckResult) -> dict[str, object]:
    passed = check.status == "passed"
    return {
        "name": check.title,
        "status": _STATUS[check.status],
        "test_code": f"drydock explain {check.name}",
        "message": None if passed else cut(said(check), MESSAGE),
        "output": cut(check.seen, OUTPUT) if passed else None,
        "task_id": at,
    }
