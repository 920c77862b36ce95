"""Results of `drydock grade` -> nbgrader's gradebook, as its own autograde would have left them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.batch.values import Row
from grader.classroom import cells
from grader.classroom.course import Course
from grader.classroom.gradebook import forget, have_programs_found, url_of
from grader.errors import UsageError
from grader.model import Exercise


def put(course: Course, assignments: Mapping[str, str], exercises: Mapping[str, Exercise], found: Sequence[Row]) -> int:
    """Enter a score for each row that has one; returns how many.

    `assignments` has the name of each exercise's assignment. Points go to the checks' cells; what late days take off is
    nbgrader's penalty, and what else an instructor's own score adds or takes its extra credit. Who was not judged has
    no score afterwards. Raises UsageError where an assignment is not in the gradebook yet, UnfitError where it is one
    of another version of the exercise.
    """
    from nbgrader.api import Gradebook, MissingEntry

    have_programs_found()
    entered = 0
    with Gradebook(url_of(Path(course.root))) as book:
        for row in found:
            assignment = assignments[row.exercise]
            if row.score is None and row.status != "refused":
                forget(book, assignment, row.student)
                continue
            try:
                notebook = book.find_assignment(assignment).notebooks[0]
            except (MissingEntry, IndexError) as error:
                raise UsageError(
                    f"The gradebook of {course.root} has no assignment '{assignment}' yet.",
                    f"In that folder: nbgrader generate_assignment {assignment}",
                ) from error
            most = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
            book.update_or_create_student(row.student)
            given = {"timestamp": row.submitted} if row.submitted else {}
            with book.db.no_autoflush:  # nbgrader asks for parts of a submission before it is whole.
                submission = book.update_or_create_submission(assignment, row.student, **given)
            _enter(submission.notebooks[0], exercises[row.exercise], row, most)
            book.db.commit()
            entered += 1
    return entered


def _enter(notebook: Any, exercise: Exercise, row: Row, most: Mapping[str, float]) -> None:
    filled = cells.below(exercise, cells.read(row.report) if row.report else row.reason, most)
    for grade in notebook.grades:
        grade.auto_score = filled[grade.cell.name].points
        grade.needs_manual_grade = False
        grade.extra_credit = 0.0
    automatic = sum(grade.auto_score for grade in notebook.grades)
    over = round((automatic if row.score is None else row.score) - automatic, 6)
    penalty = max(0.0, -over) if row.late else 0.0
    notebook.late_submission_penalty = penalty
    notebook.grades[0].extra_credit = over + penalty
