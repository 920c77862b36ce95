"""A report -> what stands below each cell: a text, and the number that nbgrader takes for its points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from grader.classroom.course import cell_ids
from grader.errors import MachineError
from grader.model import CheckResult, Exercise, Report
from grader.model.reading import from_json
from grader.report import terminal
from grader.report.figures import number
from grader.report.view import CheckView, view
from grader.report.withheld import NOT_SHOWN, called, told
from grader.report.words import ENGLISH

WIDTH = 100


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What stands below a cell; `points` lie from 0 to the cell's own."""

    text: str
    points: float


class UnfitError(MachineError):
    """The cells and the report are not of the same version of the exercise: nothing is graded with them."""


def filled(report: Report, cells: Mapping[str, float], withheld: Sequence[str] = ()) -> dict[str, Filled]:
    """The text and the points of each cell; `cells` has the points that the gradebook knows, by the check's name.

    Of the checks that are `withheld` the text says the points only.
    A check that does not apply counts neither way: its cell has the same share of its points as all others together.
    Raises UnfitError where a cell has no verdict, or a verdict no cell, or the machine was at fault: fail closed.
    """
    own = {check.name: check for check in report.checks}
    if own.keys() != cells.keys():
        apart = ", ".join(sorted(own.keys() ^ cells.keys()))
        raise UnfitError(
            f"The assignment and the exercise '{report.exercise}' have not the same checks: {apart}.", _ANEW
        )
    faults = [check.name for check in report.checks if check.machine]
    if report.status == "not_judged" or faults:
        raise UnfitError(f"The machine was at fault, so nothing is graded: {', '.join(faults) or report.exercise}.")
    for name, check in own.items():
        if check.applies and check.max_points != cells[name]:
            raise UnfitError(
                f"'{name}' has {number(cells[name])} points in the assignment and {number(check.max_points)} in the "
                f"exercise '{report.exercise}'.",
                _ANEW,
            )
    share = report.score / report.max_score if report.max_score else 1.0
    views = zip(report.checks, view(told(report, withheld), ENGLISH).checks, strict=True)
    found = {check.name: _filled(check, seen, cells[check.name], share) for check, seen in views}
    return {name: _without_text(one, cells[name]) if name in withheld else one for name, one in found.items()}


def below(exercise: Exercise, found: Report | str, most: Mapping[str, float]) -> dict[str, Filled]:
    """What stands below each cell, by the cell's id; `most` has their points, `found` is a report or why there is none.

    Raises UnfitError, as `filled` does.
    """
    names = {id: name for name, id in cell_ids(exercise).items()}
    points = {names.get(id, id): value for id, value in most.items()}
    whole = refused(found, points) if isinstance(found, str) else filled(found, points, exercise.withheld)
    return {id: whole[names.get(id, id)] for id in most}


_ANEW = (
    "Make the assignment anew: take its folder out of source/, and run drydock classroom init and generate_assignment."
)


def refused(reason: str, cells: Mapping[str, float]) -> dict[str, Filled]:
    """Each cell of a submission in which there is nothing that could be graded."""
    text = f"Nothing could be graded: {reason}\n"
    return {name: Filled(text=text, points=0.0) for name in cells}


def whole(report: Report, withheld: Sequence[str] = ()) -> str:
    """The whole report, for the cell that checks everything, without the checks that are `withheld`."""
    names, part = called(withheld).values(), told(report, withheld)
    shown = tuple(check for check in part.checks if check.name not in names)
    if len(shown) < len(part.checks):
        lost = any(check.status != "passed" for check in shown if check.applies)
        part = msgspec.structs.replace(
            part,
            checks=shown,
            status="failed" if lost else "passed",
            score=sum(check.points for check in shown),
            max_score=sum(check.max_points for check in shown),
        )
    return terminal.render(part, hints=True, width=WIDTH)


def _without_text(one: Filled, most: float) -> Filled:
    return Filled(text=f"{number(one.points)} of {number(most)}: {NOT_SHOWN}\n", points=one.points)


def _filled(check: CheckResult, seen: CheckView, most: float, share: float) -> Filled:
    points = check.points if check.applies else most * share
    points = min(max(points, 0.0), most)
    lines = [f"{seen.word}, {number(points)} of {number(most)}: {seen.title}"]
    if seen.where:
        lines.append(f"  {seen.where}")
    rows = [*seen.rows, *((ENGLISH.hint, hint) for hint in seen.hints)]
    if not check.applies:
        rows.append(("", "It counts neither way: these points follow all the others."))
    width = max((len(label) for label, _ in rows), default=0)
    for label, text in rows:
        first, *others = text.split("\n")
        lines += [f"  {label:<{width}}  {first}", *(f"  {'':<{width}}  {line}" for line in others)]
    return Filled(text="\n".join(line.rstrip() for line in lines) + "\n", points=points)


def read(report: bytes) -> Report:
    """The report that the store keeps."""
    return from_json(report, Report)
