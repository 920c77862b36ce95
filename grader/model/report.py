"""What was judged: a verdict a check, and the report that all formats are made from."""

from __future__ import annotations

from typing import Literal

import msgspec

from grader.model.build import Build
from grader.model.remark import Remark

REPORT_SCHEMA = "drydock.report/1"

Status = Literal["passed", "failed", "not_judged"]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A check's answer: what was seen first, then what was expected; `line` is in the Dockerfile.

    `machine` is set on a verdict that could not be judged through a fault of the machine; otherwise a verdict that is
    not judged names in `seen` the check it depends on, or, where `applies` is False, why it does not apply. The hints
    of one that is `specific` are about just what was seen, and stand in the place of the exercise's.
    """

    status: Status
    seen: str = ""
    expected: str = ""
    line: int | None = None
    why: str = ""
    hints: tuple[str, ...] = ()
    specific: bool = False
    machine: bool = False
    applies: bool = True


def passed(seen: str, *, line: int | None = None) -> Verdict:
    """The property is there; `seen` says by what it was recognised."""
    return Verdict(status="passed", seen=seen, line=line)


def failed(
    *,
    seen: str,
    expected: str,
    line: int | None = None,
    why: str = "",
    hints: tuple[str, ...] = (),
    specific: bool = False,
) -> Verdict:
    """The property is not there."""
    return Verdict(status="failed", seen=seen, expected=expected, line=line, why=why, hints=hints, specific=specific)


def not_judged(cause: str, *, machine: bool = False) -> Verdict:
    """The check could not be judged; it earns nothing, and where the machine was at fault it costs nothing either."""
    return Verdict(status="not_judged", seen=cause, machine=machine)


def not_applicable(cause: str) -> Verdict:
    """There is nothing to judge: neither a point nor a loss, and the most that can be reached is less."""
    return Verdict(status="not_judged", seen=cause, applies=False)


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict with its check's name and points; one that does not apply has `max_points` 0."""

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
    applies: bool = True

    @property
    def title(self) -> str:
        """The check's name, to read."""
        return self.name.replace("_", " ")


class PracticeShown(msgspec.Struct, frozen=True, kw_only=True):
    """One of the thirteen practices in a profile: the points `earned` of those `possible`.

    `about` says it in words. `applies` is False where no check of it has anything to judge; then both are 0.
    """

    name: str
    about: str = ""
    earned: float = 0.0
    possible: float = 0.0
    applies: bool = True


class LayerShown(msgspec.Struct, frozen=True, kw_only=True):
    """A layer of the image, the lowest first.

    `line` is that of the instruction that made it (None: not known, or below FROM), `command` what the image's history
    says of it, `base` whether it is the base image's. `bytes` is its size, `wasted` how much of that a later layer
    hides; `added`, `changed` and `deleted` count files.
    """

    command: str = ""
    line: int | None = None
    base: bool = False
    bytes: int = 0
    wasted: int = 0
    added: int = 0
    changed: int = 0
    deleted: int = 0


class WasteShown(msgspec.Struct, frozen=True, kw_only=True):
    """A file that the image carries and nobody can see.

    `added_in` and `hidden_in` are the layers that added and hid it, counted from 0, with the lines that made them.
    """

    path: str
    bytes: int
    added_in: int
    hidden_in: int
    added_line: int | None = None
    hidden_line: int | None = None


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True):
    """The build after a line had been added to the file `edit` of the build context; its steps have no output here."""

    edit: str
    build: Build


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The report of one submission; every format shows this value and nothing else.

    `timing` gives the seconds of each stage; `engine` the engine's version and image store; `tier` the isolation.
    `dockerfile` is its text, line by line; `layers` are the image's; `wasted` lists the largest files that nobody can
    see, of `wasted_bytes` together; `rebuilds` are the builds after an edit. `remarks` are those of other programs,
    `remarks_missing` says which of those programs could not be heard, and why.
    `profile` has the thirteen practices, where the exercise asks for a profile.
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
    dockerfile: tuple[str, ...] = ()
    layers: tuple[LayerShown, ...] = ()
    wasted: tuple[WasteShown, ...] = ()
    wasted_bytes: int = 0
    rebuilds: tuple[Rebuilt, ...] = ()
    remarks: tuple[Remark, ...] = ()
    remarks_missing: tuple[str, ...] = ()
    profile: tuple[PracticeShown, ...] = ()
