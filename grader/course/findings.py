"""What is wrong with an exercise, as values; and what an answer's report says against what it was meant to earn."""

from __future__ import annotations

import msgspec

from grader.answers import Answer
from grader.model import CheckResult, Exercise, Report


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake: `where` is the folder or file inside the exercise, `check` may be empty.

    `machine` says that the machine was at fault, and the exercise may be right.
    """

    exercise: str
    where: str
    seen: str
    expected: str
    check: str = ""
    machine: bool = False

    def __str__(self) -> str:
        head = f"exercises/{self.exercise}/{self.where}".rstrip("/") + (f": {self.check}" if self.check else "")
        seen = self.seen.strip().replace("\n", "\n            ")
        return f"{head}\n  seen      {seen}\n  expected  {self.expected}"


def folder(answer: Answer) -> str:
    """The answer's folder inside its exercise."""
    return answer.name if answer.kind in ("starter", "solution") else f"{answer.kind}/{answer.name}"


def against(answer: Answer, report: Report) -> list[Finding]:
    """Where the report of an answer is not what it is meant to be."""
    where = folder(answer)
    faults = [_finding(report, where, one, "a verdict", machine=True) for one in report.checks if one.machine]
    if faults:
        return faults
    if answer.kind == "starter":
        if report.status != "passed":
            return []
        seen = f"it earns all {report.max_score:g} points"
        return [Finding(exercise=report.exercise, where=where, seen=seen, expected="something is left to do")]
    wanted = dict(answer.fails) if answer.kind == "wrong" else {}
    found = []
    for one in report.checks:
        line = wanted.get(one.name)
        if line is None:
            if one.status == "failed" or (one.status == "not_judged" and one.applies and not wanted):
                found.append(_finding(report, where, one, "passed"))
        elif one.status != "failed" or (one.line or 0) != line:
            found.append(_finding(report, where, one, _failed(line)))
    return found


def off_reference(exercise: Exercise, answer: Answer, report: Report) -> list[Finding]:
    """Where a check tells how large the reference solution is above its base image, and it is not, to a tenth."""
    told = (
        {item.name: item.parameters.get("reference") for item in exercise.checks} if answer.kind == "solution" else {}
    )
    own = sum(layer.bytes for layer in report.layers if not layer.base)
    return [
        Finding(
            exercise=exercise.name,
            where="exercise.toml",
            check=name,
            seen=f"reference = {size:_}, and the solution stores {own:,} bytes above its base image",
            expected=f"reference = {own:_}",
        )
        for name, size in told.items()
        if isinstance(size, int) and report.layers and abs(own - size) > own / 10
    ]


def verdicts(report: Report) -> tuple[tuple[str, str, int | None], ...]:
    """What has to be the same each time: each check with its status and its line."""
    return tuple((one.name, one.status, one.line) for one in report.checks)


def unsteady(answer: Answer, first: Report, second: Report) -> list[Finding]:
    """The checks whose verdict was another one the second time."""
    pairs = zip(first.checks, second.checks, strict=True)
    return [
        _finding(second, folder(answer), after, f"the first verdict: {_short(before)}")
        for before, after in pairs
        if (before.status, before.line) != (after.status, after.line) and not before.machine and not after.machine
    ]


def _finding(report: Report, where: str, one: CheckResult, expected: str, *, machine: bool = False) -> Finding:
    return Finding(
        exercise=report.exercise,
        where=where,
        check=one.name,
        seen=f"{_short(one)}: {one.seen}",
        expected=expected,
        machine=machine,
    )


def _short(one: CheckResult) -> str:
    if one.status != "failed":
        return one.status.replace("_", " ")
    return _failed(one.line or 0)


def _failed(line: int) -> str:
    return f"failed on line {line}" if line else "failed, without a line"
