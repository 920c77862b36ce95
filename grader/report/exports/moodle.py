"""Moodle: grades to import, a row a learner, for each exercise a column of points and one of feedback.

Not judged: the cell is `-`, which Moodle takes for "no grade"; an empty one in a new column would be a zero. Learners
are found by user name, ID number or email address, which the roster's columns `username`, `id` and `email` give.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.model.result import Result
from grader.report.exports._gradebook import gradebook, learner
from grader.report.exports._said import points
from grader.report.figures import number
from grader.report.inert import message_on_one_line, one_line
from grader.report.spreadsheet import NOTHING, table

SUFFIX = ".csv"
COLUMNS = ("Username", "ID number", "Email address", "Full name")
FEEDBACK = 500


def render_class(results: Sequence[Result]) -> bytes:
    """The file, UTF-8 without a mark, as Moodle's own export is."""
    columns, rows = gradebook(results)
    titles = [one_line(one.title or one.exercise) for one in columns]
    names = [name for title in titles for name in (title, f"{title} (feedback)")]
    return table((*COLUMNS, *names), map(_row, rows), mark=False)


def _row(row: Sequence[Result | None]) -> Sequence[str]:
    one = learner(row)
    told = (one.about.get("id", ""), one.about.get("email", ""), one.about.get("name") or one.student)
    return (one.about.get("username") or one.student, *told, *[text for cell in row for text in _cells(cell)])


def _cells(cell: Result | None) -> tuple[str, str]:
    if cell is None:
        return NOTHING, ""
    score = NOTHING if cell.score is None else number(cell.score)
    lost = f"; {cell.reason}" if cell.score is not None and cell.reason else ""
    return score, message_on_one_line(points(cell) + lost, characters=FEEDBACK)
