"""nbgrader's gradebook: learners put in, scores of an earlier grading taken out, rows for a table."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.errors import InputError
from grader.report import spreadsheet

DATABASE = "gradebook.db"
COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)
"""Those of nbgrader's own export."""


def url_of(root: Path) -> str:
    """The address of the gradebook of the course in `root`, as nbgrader has it where nothing else is set."""
    return f"sqlite:///{root / DATABASE}"


def have_programs_found() -> None:
    """Put the programs of this Python on this process's PATH: nbgrader starts `alembic` by its name alone."""
    own = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if own not in path:
        os.environ["PATH"] = os.pathsep.join([own, *path])


def learner(file: Path, name: str, row: Mapping[str, str]) -> dict[str, str]:
    """What the gradebook keeps of one row of a roster. Raises InputError where `name` cannot be a folder's name."""
    if name.startswith(".") or any(sign in name for sign in "/\\*?[]+\"'\n") or len(name) > 128:
        raise InputError(
            f"{file}: '{name}' cannot be the name of a learner's folder", "expected the name that they log in with"
        )
    first, _, last = row.get("name", "").strip().rpartition(" ")
    first, last = row.get("first_name", first).strip(), row.get("last_name", last).strip()
    found = {"first_name": first, "last_name": last} if first or last else {}
    email = row.get("email", "").strip()
    return found | ({"email": email} if email else {})


def add_learners(url: str, learners: Mapping[str, Mapping[str, str]]) -> None:
    """Put learners into the gradebook at `url`, or renew what it knows of them; nobody is taken out."""
    from nbgrader.api import Gradebook

    have_programs_found()
    with Gradebook(url) as book:
        for name, known in learners.items():
            book.update_or_create_student(name, **known)


def forget_scores(url: str, assignment: str, student: str) -> None:
    """Take the automatic scores of a submission out, so that none of an earlier grading stands for a failed one."""
    from nbgrader.api import Gradebook

    with Gradebook(url) as book:
        forget(book, assignment, student)


def forget(book: Any, assignment: str, student: str) -> None:
    """The same in a gradebook that is open."""
    from nbgrader.api import Assignment, Grade, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import select, update

    own = (
        select(SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .where(Assignment.name == assignment, SubmittedAssignment.student_id == student)
    )
    taken_out = update(Grade).where(Grade.notebook_id.in_(own)).values(auto_score=None, needs_manual_grade=True)
    book.db.execute(taken_out.execution_options(synchronize_session=False))
    book.db.commit()


def rows(book: Any, assignments: Iterable[str], students: Iterable[str]) -> Iterator[dict[str, object]]:
    """One row for each assignment and learner of the gradebook `book`; none named: all.

    A score is None where nothing was handed in, and where a part of what was handed in has no score yet.
    """
    from nbgrader.api import MissingEntry

    wanted, learners = set(assignments), set(students)
    for assignment in book.assignments:
        for student in book.students:
            if (wanted and assignment.name not in wanted) or (learners and student.id not in learners):
                continue
            row: dict[str, object] = dict.fromkeys(COLUMNS)
            row |= {"assignment": assignment.name, "duedate": assignment.duedate, "max_score": assignment.max_score}
            row |= {"student_id": student.id, "last_name": student.last_name, "first_name": student.first_name}
            row["email"] = student.email
            try:
                submission = book.find_submission(assignment.name, student.id)
            except MissingEntry:
                yield row
                continue
            row["timestamp"] = submission.timestamp
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            if grades and all(grade.auto_score is not None or grade.manual_score is not None for grade in grades):
                penalty = submission.late_submission_penalty or 0.0
                row |= {"raw_score": submission.score, "late_submission_penalty": penalty}
                row["score"] = max(0.0, submission.score - penalty)
            yield row


def table(found: Iterable[Mapping[str, object]]) -> bytes:
    """The rows as CSV that is safe in spreadsheets; a score that is not known is an empty cell."""
    cells = (["" if row[column] is None else str(row[column]) for column in COLUMNS] for row in found)
    return spreadsheet.table(COLUMNS, cells, mark=False)
