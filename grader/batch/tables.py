"""Rows -> results.csv, results.jsonl, and a page a learner, each written whole or not at all."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from grader.batch.values import Row
from grader.engine.run import room_in
from grader.model import Exercise, Report
from grader.model.reading import from_json
from grader.model.result import Result
from grader.report import html_page
from grader.report.class_page import without
from grader.report.exports import jsonl
from grader.report.figures import number
from grader.report.spreadsheet import table
from grader.report.withheld import told

_FIRST = ("student", "exercise", "status", "score", "max_score", "late", "same_as", "comment", "reason", "page")
COLUMNS = (*_FIRST, "automatic_score", "submitted")
PAGES = "pages"


def write_tables(folder: Path, found: Sequence[Row]) -> None:
    """Write results.csv and results.jsonl to `folder`. Raises DiskFullError where no space is left."""
    write_whole(folder / "results.csv", table(COLUMNS, map(_cells, found)))
    write_whole(folder / "results.jsonl", jsonl.render_class(result_of(row) for row in found))


def _cells(row: Row) -> tuple[str, ...]:
    score = "" if row.score is None else number(row.score)
    late, page = row.late_note or ("late" if row.late else ""), page_of(row)
    cells = (row.student, row.exercise, row.status, score, number(row.max_score), late)
    automatic = "" if row.automatic_score is None else number(row.automatic_score)
    return (*cells, row.same_as, row.comment, row.reason, page, automatic, row.submitted)


def result_of(
    row: Row, title: str = "", about: Mapping[str, str] | None = None, withheld: Sequence[str] = ()
) -> Result:
    """The row as the value that other systems' formats are made from, with the roster's words `about` the learner.

    Nothing is told of the checks that are `withheld` from learners but their points.
    """
    return Result(
        student=row.student,
        exercise=row.exercise,
        title=title,
        status=row.status,
        score=row.score,
        max_score=row.max_score,
        automatic_score=row.automatic_score,
        late=row.late,
        late_note=row.late_note,
        submitted=row.submitted,
        same_as=row.same_as,
        comment=row.comment,
        reason=row.reason,
        seconds=row.seconds,
        digest=row.digest,
        report=_report(row, withheld) if row.report else None,
        about=dict(about or {}),
    )


def write_page(folder: Path, row: Row, exercise: Exercise) -> None:
    """Write the page of one learner, for this learner: the report, or why there is none."""
    if page := page_of(row):
        (folder / PAGES).mkdir(exist_ok=True)
        write_whole(folder / page, _page(row, exercise).encode())


def _page(row: Row, exercise: Exercise) -> str:
    if row.report:
        return html_page.render(_report(row, exercise.withheld))
    return without.render(row.exercise, exercise.title, row.status, row.reason)


def _report(row: Row, withheld: Sequence[str]) -> Report:
    """The report as this learner may have it: it names their own submission, as it is seen from the class's folder.

    What the grader wrote names a path of its machine, and where two have handed in the same, that of the other one.
    """
    return told(msgspec.structs.replace(from_json(row.report, Report), submission=row.place), withheld)


def page_of(row: Row) -> str:
    """The path of a learner's page; none where nothing was handed in."""
    return "" if row.status == "missing" else f"{PAGES}/{named(row.exercise, row.student)}.html"


def named(exercise: str, student: str) -> str:
    """The name of a learner's file: letters and digits of theirs, and a digest, as two learners may share those."""
    name = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:40]
    mark = hashlib.sha256(student.encode()).hexdigest()[:6]
    return f"{exercise}-{plain}{'-' if plain else ''}{mark}"


def write_whole(file: Path, data: bytes) -> None:
    """Write a file so that it is either the old one or the new one, never a part."""
    partial = file.with_name(f".{file.name}.partial")
    with room_in(file.parent):
        partial.write_bytes(data)
        partial.replace(file)
