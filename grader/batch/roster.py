"""The list of a class: a CSV file with a column `student`, and `name` or `email` beside it where they are known."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

from grader.errors import InputError

COLUMN = "student"


def read_roster(file: Path) -> dict[str, dict[str, str]]:
    """Each learner's row by the name in the column `student`, in the order of the file.

    Raises InputError: the file, the line, and what was expected.
    """
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read: {error}", "expected a CSV file in UTF-8") from error
    reader = csv.DictReader(text.splitlines())
    columns = [name.strip() for name in reader.fieldnames or []]
    if COLUMN not in columns:
        raise InputError(
            f"{file}: line 1 has the columns {', '.join(columns) or 'of nothing'}; one of them has to be `{COLUMN}`",
            "expected for example: student,name,email",
        )
    reader.fieldnames = columns
    found: dict[str, dict[str, str]] = {}
    for row in reader:
        student = unicodedata.normalize("NFC", (row[COLUMN] or "").strip())
        if not student:
            raise InputError(
                f"{file}: line {reader.line_num}: `{COLUMN}` is empty", "name the learner, or delete the line"
            )
        if student in found:
            raise InputError(
                f"{file}: line {reader.line_num}: '{student}' is there twice", "delete one of the two lines"
            )
        found[student] = {key: value or "" for key, value in row.items() if key and isinstance(value, str | None)}
    return found
