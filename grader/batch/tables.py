"""Rows -> results.csv, results.jsonl, and a page a learner, each written whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader.batch.values import Row
from grader.engine.run import room_in
from grader.model import Report
from grader.report import html_page
from grader.report.figures import number
from grader.report.inert import one_line

COLUMNS = ("student", "exercise", "status", "score", "max_score", "late", "same_as", "comment", "reason", "page")
PAGES = "pages"
_FORMULA = re.compile(r"^[=+\-@\t\r]")


def write_tables(folder: Path, found: Sequence[Row]) -> None:
    """Write results.csv and results.jsonl to `folder`. Raises DiskFullError where no space is left."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    for row in found:
        score = "" if row.score is None else number(row.score)
        late, page = "late" if row.late else "", page_of(row) if row.report else ""
        cells = (row.student, row.exercise, row.status, score, number(row.max_score), late)
        writer.writerow([_safe(cell) for cell in (*cells, row.same_as, row.comment, row.reason, page)])
    # Spreadsheets take a file for UTF-8 only where it begins with this mark.
    write_whole(folder / "results.csv", table.getvalue().encode("utf-8-sig"))
    lines = [msgspec.json.encode(_as_json(row)) + b"\n" for row in found]
    write_whole(folder / "results.jsonl", b"".join(lines))


def write_page(folder: Path, row: Row) -> None:
    """Write the page of one learner's report; nothing where there is no report."""
    if row.report:
        (folder / PAGES).mkdir(exist_ok=True)
        page = html_page.render(msgspec.json.decode(row.report, type=Report))
        write_whole(folder / page_of(row), page.encode())


def page_of(row: Row) -> str:
    """The path of a learner's page: letters and digits of the name, and a digest, as two names may share those."""
    name = unicodedata.normalize("NFKD", row.student).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:40]
    mark = hashlib.sha256(row.student.encode()).hexdigest()[:6]
    return f"{PAGES}/{row.exercise}-{plain}{'-' if plain else ''}{mark}.html"


def write_whole(file: Path, data: bytes) -> None:
    """Write a file so that it is either the old one or the new one, never a part."""
    partial = file.with_name(f".{file.name}.partial")
    with room_in(file.parent):
        partial.write_bytes(data)
        partial.replace(file)


def _as_json(row: Row) -> dict[str, object]:
    report = msgspec.json.decode(row.report, type=Report) if row.report else None
    made: dict[str, object] = {
        "schema": "drydock.result/1",
        "student": row.student,
        "exercise": row.exercise,
        "status": row.status,
        "score": row.score,
        "max_score": row.max_score,
        "automatic_score": row.automatic_score,
        "late": row.late,
        "same_as": row.same_as,
        "comment": row.comment,
        "reason": row.reason,
        "seconds": row.seconds,
        "digest": row.digest,
    }
    checks = report.checks if report else ()
    made["checks"] = [
        {"name": one.name, "status": one.status, "points": one.points, "max_points": one.max_points, "line": one.line}
        for one in checks
    ]
    return made


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, on one line."""
    text = one_line(cell)
    return f"'{text}" if _FORMULA.match(text) else text
