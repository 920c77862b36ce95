"""`drydock classroom scores DIR RESULTS`: what `drydock grade` found, put into nbgrader's gradebook."""

from __future__ import annotations

import argparse
import sys

from grader.classroom import course as courses
from grader.classroom.scores import put
from grader.cli import NOT_JUDGED, PASSED
from grader.cli._export import rows_of
from grader.errors import UsageError


def run(arguments: argparse.Namespace) -> int:
    """Put the scores in, and say what became of them; the exit status."""
    course = courses.read(arguments.folder)
    found, exercises = rows_of(arguments.results)
    assignments = {exercise: name for name, exercise in course.assignments.items() if exercise in exercises}
    if not assignments:
        raise UsageError(
            f"{arguments.results} holds no results of an assignment of {arguments.folder}.",
            f"It has: {', '.join(exercises) or 'none'}. The course has: {', '.join(course.assignments) or 'none'}.",
        )
    mine = [row for row in found if row.exercise in assignments]
    entered = put(course, assignments, exercises, mine)
    left = len(mine) - entered
    print(f"{entered} scores are in the gradebook of {arguments.folder}")
    if left:
        print(f"{left} have none there: nothing was handed in, or it was not judged", file=sys.stderr)
    return NOT_JUDGED if any(row.status == "not_judged" for row in mine) else PASSED
