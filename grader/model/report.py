"""What was judged: a verdict a check, and the report that all formats are made from."""

from __future__ import annotations

from typing import Literal

import msgspec

from grader.model.build import Build

REPORT_SCHEMA = "drydock.report/1"

Status = Literal["passed", "failed", "not_judged"]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A check's answer: what was seen first, then what was expected; `line` is in the Dockerfile.

    `machine` is set on a verdict that could not be judged through a fault of the machine; otherwise a verdict that is
    not judged names in `seen` the check it depends on.
    """

    status: Status
    seen: str = ""
    expected: str = ""
    line: int | None = None
    why: str = ""
    hints: tuple[str, ...] = ()
    machine: bool = False


def passed(seen: str, *, line: int | None = None) -> Verdict:
    """The property is there; `seen` says by what it was recognised."""
    return Verdict(status="passed", seen=seen, line=line)


def failed(*, seen: str, expected: str, line: int | None = None, why: str = "", hints: tuple[str, ...] = ()) -> Verdict:
    """The property is not there."""
    return Verdict(status="failed", seen=seen, expected=expected, line=line, why=why, hints=hints)


def not_judged(cause: str, *, machine: bool = False) -> Verdict:
    """The check could not be judged; it earns nothing, and where the machine was at fault it costs nothing either."""
    return Verdict(status="not_judged", seen=cause, machine=machine)


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict with its check's name and points."""

    name: str
    status: Status
    points: float
    max_points: float
    line: int | None = None
    expected: str = ""
    seen: str = ""
    why: str = ""
    hints: tuple[str, ...] = ()
    machine: bool = False


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The report of one submission; every format shows this value and nothing else.

    `timing` gives the seconds of each stage; `engine` the engine's version and image store; `tier` the isolation.
    """

    schema: str = REPORT_SCHEMA
    exercise: str
    title: str = ""
    submission: str = ""
    status: Status
    score: float
    max_score: float
    checks: tuple[CheckResult, ...]
    build: Build | None = None
    image_bytes: int | None = None
    timing: dict[str, float] = msgspec.field(default_factory=dict)
    engine: str = ""
    tier: str = "trusted"
