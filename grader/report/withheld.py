"""A report as learners may have it: of a withheld check they are told the points, and nothing of what it looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from grader.model import CheckResult, Report

NOT_SHOWN = "a check that is not shown"


def called(withheld: Sequence[str]) -> dict[str, str]:
    """The names that learners know the checks `withheld` by, which say nothing of them; in the exercise's order."""
    return {name: f"withheld-{number}" for number, name in enumerate(withheld, 1)}


def told(report: Report, withheld: Sequence[str]) -> Report:
    """The report without names and texts of the checks that are `withheld`; each stays with its status and points.

    A profile counts them, too, and is left out with them.
    """
    if not any(check.name in withheld for check in report.checks):
        return report
    names = called(withheld)
    return msgspec.structs.replace(
        report,
        checks=tuple(_told(one, names) for one in report.checks),
        remarks=tuple(msgspec.structs.replace(one, check="") if one.check in names else one for one in report.remarks),
        profile=(),
    )


def _told(check: CheckResult, names: Mapping[str, str]) -> CheckResult:
    if check.name not in names:
        seen = check.seen
        for name, word in names.items():  # A check may say which other one has to pass first.
            seen = seen.replace(f"'{name}'", f"'{word}'")
        return msgspec.structs.replace(check, seen=seen)
    return CheckResult(
        name=names[check.name],
        status=check.status,
        points=check.points,
        max_points=check.max_points,
        seen=NOT_SHOWN,
        machine=check.machine,
        applies=check.applies,
    )
