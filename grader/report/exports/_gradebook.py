"""Many results -> a gradebook: a row a learner, a column an exercise."""

from __future__ import annotations

from collections.abc import Sequence

from grader.model.result import Result


def gradebook(results: Sequence[Result]) -> tuple[list[Result], list[list[Result | None]]]:
    """The columns, each as its first result, and for each learner the results in their order, None where one has none.

    Learners stand in the order of their names, exercises in the order in which they come.
    """
    columns = {one.exercise: one for one in reversed(results)}
    order = list(dict.fromkeys(one.exercise for one in results))
    cells = {(one.student, one.exercise): one for one in results}
    learners = sorted({one.student for one in results})
    rows = [[cells.get((student, name)) for name in order] for student in learners]
    return [columns[name] for name in order], rows


def learner(row: Sequence[Result | None]) -> Result:
    """A result of this row: it names the learner, and what the roster says of them."""
    return next(one for one in row if one is not None)
