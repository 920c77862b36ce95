"""A report on standard output, and the exit status that goes with it."""

from __future__ import annotations

import sys
from pathlib import Path

from grader.cli import LOST, NOT_JUDGED, PASSED
from grader.errors import UsageError
from grader.model import Report

STATUS = {"passed": PASSED, "failed": LOST, "not_judged": NOT_JUDGED}


def write_page(report: Report, file: Path) -> None:
    """Write the report as a page of HTML, and say where; a file that is there is replaced.

    Raises UsageError where that fails.
    """
    from grader.report.html_page import render

    try:
        file.write_text(render(report), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: the page cannot be written: {error.strerror}", "name another file") from error
    print(f"The page is in {file}", file=sys.stderr)


def show(report: Report, *, as_json: bool, hints: int) -> None:
    """Print the report as JSON and nothing else, or for a reader."""
    if as_json:
        from grader.report.as_json import render

        sys.stdout.buffer.write(render(report))
        return
    from rich.console import Console

    from grader.report.terminal import show as show_in_terminal

    show_in_terminal(report, Console(), hints=hints)
