"""check50: the JSON that check50 and its page show, for one learner.

Not judged: `error` in place of `results`. A single check that could not be judged has `passed` null, with its cause.
"""

from __future__ import annotations

from grader.model import CheckResult
from grader.model.result import Result
from grader.report.exports._said import fitting, said, without_score

SUFFIX = ".json"
LIMIT = 4_000_000
VERSION = "3.3.11"
"""The version of check50 whose form this is."""


def render(result: Result) -> bytes:
    """The file."""
    return fitting(result, LIMIT, _made)


def _made(result: Result) -> dict[str, object]:
    about: dict[str, object] = {"slug": f"drydock/{result.exercise}", "version": VERSION}
    if result.report is None or result.report.status == "not_judged":
        error = {"type": result.status, "value": without_score(result), "traceback": [], "data": {}}
        return {**about, "error": error}
    return {**about, "results": [_result(one) for one in result.report.checks]}


def _result(check: CheckResult) -> dict[str, object]:
    cause = None
    if check.status != "passed":
        cause = {
            "rationale": said(check),
            "help": check.why or None,
            "expected": check.expected or None,
            "actual": check.seen or None,
        }
    return {
        "name": check.name,
        "description": check.title,
        "passed": {"passed": True, "failed": False}.get(check.status),
        "log": [check.seen] if check.status == "passed" and check.seen else [],
        "cause": cause,
        "data": {"points": check.points, "max_points": check.max_points, "line": check.line},
        "dependency": None,
    }
