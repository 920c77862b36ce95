"""A report as learners may have it: of a withheld check they are told the points, and nothing of what it looks at."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from grader.model import CheckResult, Report

NOT_SHOWN = "a check that is not shown"


def told(report: Report, withheld: Collection[str]) -> Report:
    """The report without names and texts of the checks that are `withheld`; each stays with its status and points.

    A profile counts them, too, and is left out with them.
    """
    there = [check.name for check in report.checks if check.name in withheld]
    if not there:
        return report
    called = {name: f"withheld-{number}" for number, name in enumerate(there, 1)}
    return msgspec.structs.replace(
        report,
        checks=tuple(_told(one, called) for one in report.checks),
        remarks=tuple(msgspec.structs.replace(one, check="") if one.check in called else one for one in report.remarks),
        profile=(),
    )


def _told(check: CheckResult, called: Mapping[str, str]) -> CheckResult:
    if check.name not in called:
        seen = check.seen
        for name, word in called.items():  # A check may say which other one has to pass first.
            seen = seen.replace(f"'{name}'", f"'{word}'")
        return msgspec.structs.replace(check, seen=seen)
    return CheckResult(
        name=called[check.name],
        status=check.status,
        points=check.points,
        max_points=check.max_points,
        seen=NOT_SHOWN,
        machine=check.machine,
        applies=check.applies,
    )
