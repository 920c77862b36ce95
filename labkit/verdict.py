"""A report in a notebook: the same values as in the terminal."""

from __future__ import annotations

from grader.model import Report


def fragment(report: Report) -> str:
    """The report as HTML without a page around it."""
    from grader.report.html_fragment import render

    return render(report)


def text(report: Report) -> str:
    """The report as text."""
    from grader.report.terminal import render

    return render(report)


class ShownReport:
    """A report that a cell ends with."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def __repr__(self) -> str:
        return text(self.report)

    def _repr_html_(self) -> str:
        return fragment(self.report)


def shown_report(report: Report) -> ShownReport:
    """The report, to be shown by a cell."""
    return ShownReport(report)
