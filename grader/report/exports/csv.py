"""CSV: a line for each check of each learner, quoted, and no cell is a formula.

Not judged: the status says so, and the score is empty. A learner without a report has one line, without a check.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.model.result import Result
from grader.report.figures import number
from grader.report.inert import inert
from grader.report.spreadsheet import table

SUFFIX = ".csv"
COLUMNS = ("student", "exercise", "status", "score", "max_score", "check", "check_status", "points", "max_points")
TEXTS = ("line", "seen", "expected", "reason", "comment", "late")
CELL = 8_000
"""Spreadsheets keep at most 32,767 characters of a cell; a written-out character is up to ten of them."""


def render_class(results: Sequence[Result]) -> bytes:
    """The file, UTF-8 with the mark by which spreadsheets know it."""
    return table((*COLUMNS, *TEXTS), (row for one in results for row in _rows(inert(one, characters=CELL))))


def _rows(result: Result) -> Iterator[Sequence[str]]:
    score = "" if result.score is None else number(result.score)
    about = (result.student, result.exercise, result.status, score, number(result.max_score))
    told = (result.reason, result.comment, result.late_note or ("late" if result.late else ""))
    checks = result.report.checks if result.report else ()
    if not checks:
        yield (*about, *[""] * 7, *told)
    for one in checks:
        figures = (number(one.points), number(one.max_points), str(one.line or ""))
        yield (*about, one.title, one.status, *figures, one.seen, one.expected, *told)
