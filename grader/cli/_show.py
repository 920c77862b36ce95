"""A report on standard output, and the exit status that goes with it."""

from __future__ import annotations

import sys

from grader.cli import LOST, NOT_JUDGED, PASSED
from grader.model import Report

STATUS = {"passed": PASSED, "failed": LOST, "not_judged": NOT_JUDGED}


def show(report: Report, *, as_json: bool, hints: int) -> None:
    """Print the report as JSON and nothing else, or for a reader."""
    if as_json:
        from grader.report.as_json import render

        sys.stdout.buffer.write(render(report))
        return
    from rich.console import Console

    from grader.report.terminal import show as show_in_terminal

    show_in_terminal(report, Console(), hints=hints)
