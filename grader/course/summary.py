"""The findings and figures of `course check`, for a reader and for other programs."""

from __future__ import annotations

from collections.abc import Sequence

from grader.course.results import Row
from grader.report.figures import seconds

SCHEMA = "drydock.course/1"


def as_text(rows: Sequence[Row], *, mutated: bool) -> str:
    """The findings, then a table with a line an exercise, then the totals."""
    findings = [finding for row in rows for finding in row.findings]
    parts = [str(finding) for finding in findings]
    parts.append("\n".join(_table(rows, mutated=mutated)))
    judged = [finding for finding in findings if not finding.machine]
    said = "1 finding" if len(judged) == 1 else f"{len(judged) or 'no'} findings"
    if len(findings) > len(judged):
        said += f"; {len(findings) - len(judged)} times the machine gave no verdict, which says nothing of the course"
    parts.append(f"{said} in {len(rows)} {'exercise' if len(rows) == 1 else 'exercises'}")
    return "\n\n".join(parts)


def as_json(rows: Sequence[Row]) -> dict[str, object]:
    """All of it as plain values; the mutants without their text as a whole."""
    return {
        "schema": SCHEMA,
        "exercises": [
            {
                "exercise": row.exercise,
                "right": row.right,
                "wrong": row.wrong,
                "killed": row.killed,
                "mutants": row.mutants,
                "seconds": round(row.seconds, 1),
                "findings": row.findings,
                "fates": [
                    {
                        "operator": fate.mutant.operator,
                        "text": fate.mutant.text,
                        "line": fate.mutant.line,
                        "killed_by": fate.killed_by,
                        "reason": fate.reason,
                    }
                    for fate in row.fates
                ],
            }
            for row in rows
        ],
    }


def _table(rows: Sequence[Row], *, mutated: bool) -> list[str]:
    width = max((len(row.exercise) for row in rows), default=0)
    lines = [f"{'exercise':<{width}}  right  wrong  mutants killed   kept     time  findings"]
    lines += [_line(row, width, mutated=mutated) for row in rows]
    if len(rows) > 1:
        every = Row(
            exercise="all",
            right=sum(row.right for row in rows),
            wrong=sum(row.wrong for row in rows),
            killed=sum(row.killed for row in rows),
            mutants=sum(row.mutants for row in rows),
            written=sum(row.written for row in rows),
            seconds=sum(row.seconds for row in rows),
            findings=tuple(finding for row in rows for finding in row.findings),
        )
        lines.append(_line(every, width, mutated=mutated))
    return lines


def _line(row: Row, width: int, *, mutated: bool) -> str:
    killed, kept = "-", "-"
    if mutated and row.mutants:
        killed = f"{row.killed}/{row.mutants} ({row.killed / row.mutants:.0%})"
        kept = str(row.written)
    figures = f"{row.right:>5}  {row.wrong:>5}  {killed:>14}  {kept:>5}  {seconds(row.seconds):>8}"
    return f"{row.exercise:<{width}}  {figures}  {len(row.findings)}"
