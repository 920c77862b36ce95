"""CSV that every spreadsheet reads as it is meant: each cell quoted, on one line, and none of them a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from grader.report.inert import message_on_one_line

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a cell that a spreadsheet calculates begins with, in both widths of letters."""
NOTHING = "-"
"""A cell of this alone is no formula, and gradebooks take it for "no grade"."""


def safe(cell: str) -> str:
    """`cell` on one line; what would begin a formula has an apostrophe before it, as OWASP advises."""
    text = message_on_one_line(cell)
    return f"'{text}" if text.startswith(FORMULA) and text != NOTHING else text


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, mark: bool = True) -> bytes:
    """The whole file, UTF-8, lines ended as RFC 4180 says; `mark` puts first what lets spreadsheets see the UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([safe(name) for name in columns])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig" if mark else "utf-8")
