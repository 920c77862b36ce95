"""Canvas: a gradebook to import, a row a learner, a column an exercise.

Not judged: the cell is empty, which Canvas takes for "no grade". Learners are found by the roster's columns
`canvas_id`, `sis_id` and `login`, or else by name; without a roster the name that they handed in under is the login.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.model.result import Result
from grader.report.exports._gradebook import gradebook, learner
from grader.report.figures import number
from grader.report.inert import one_line
from grader.report.spreadsheet import table

SUFFIX = ".csv"
COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_POINTS = re.compile(r"points\s+possible", re.IGNORECASE)


def render_class(results: Sequence[Result]) -> bytes:
    """The file, UTF-8 without a mark: the columns, the row of points possible, then the learners."""
    columns, rows = gradebook(results)
    points = ("Points Possible", "", "", "", "", *[number(one.max_score) for one in columns])
    return table((*COLUMNS, *[_column(one) for one in columns]), [points, *map(_row, rows)], mark=False)


def _column(result: Result) -> str:
    return one_line(result.title or result.exercise)


def _row(row: Sequence[Result | None]) -> Sequence[str]:
    one = learner(row)
    # Canvas takes a row for the points of the assignments where its first cell has these words.
    name = _POINTS.sub("Points-Possible", one_line(one.about.get("name") or one.student))
    login = one.about.get("login") or one.about.get("email") or one.student
    ids = (one.about.get("canvas_id", ""), one.about.get("sis_id", ""), login, one.about.get("section", ""))
    return (name, *ids, *["" if cell is None or cell.score is None else number(cell.score) for cell in row])
