"""A report for a terminal or a pipe: plain words first, colour only on top of them."""

from __future__ import annotations

import io

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.model import Report
from grader.report.view import CheckView, View, view
from grader.report.words import ENGLISH, Words

BAR = 24
PROFILE_BAR = 12
SIGNS = {"passed": "✓", "failed": "✗", "not_judged": "–"}
ASCII_SIGNS = {"passed": "+", "failed": "x", "not_judged": "-"}
STYLES = {"passed": "green", "failed": "bold red", "not_judged": "yellow"}


def render(
    report: Report,
    *,
    hints: int | bool = 0,
    width: int = 80,
    colour: bool = False,
    ascii_only: bool = False,
    words: Words = ENGLISH,
) -> str:
    """The report as text that is `width` columns wide, its lines ended by `\\n`.

    `hints` says how many hints of each failed check are shown (True: all). Without `colour` there is no escape
    sequence in it; with it only those of colours.
    """
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        force_jupyter=False,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    console.print(_report(view(report, words), hints, width, ascii_only, words))
    text = out.getvalue()
    if ascii_only:
        text = text.encode("ascii", "backslashreplace").decode()
    return text if colour else "".join(line.rstrip() + "\n" for line in text.splitlines())


def show(report: Report, console: Console, *, hints: int | bool = 0, words: Words = ENGLISH) -> None:
    """Print the report to `console`: in colour where it is a terminal and NO_COLOR is not set, as wide as it is."""
    text = render(
        report,
        hints=hints,
        width=max(console.width, 40),
        colour=console.is_terminal and not console.no_color,
        ascii_only=console.options.ascii_only,
        words=words,
    )
    console.file.write(text)
    console.file.flush()


def _report(seen: View, hints: int | bool, width: int, ascii_only: bool, words: Words) -> RenderableType:
    signs = ASCII_SIGNS if ascii_only else SIGNS
    full, empty = ("#", "-") if ascii_only else ("█", "░")
    done = int(seen.share * BAR)
    head = Text.assemble((seen.title, "bold"))
    if seen.exercise != seen.title:
        head.append(f"  ({seen.exercise})")
    score = Text.assemble(
        f"{words.score}  ",
        (seen.score, "bold"),
        "  ",
        (full * done, STYLES[seen.status]),
        empty * (BAR - done),
        "  ",
        (f"{signs[seen.status]} {seen.word}", STYLES[seen.status]),
    )
    parts: list[RenderableType] = [head, score, Text(seen.summary), Text("")]
    if seen.profile:
        parts += [_profile(seen, full, empty, words), Text("")]
    for check in seen.checks:
        parts += [_check(check, signs, hints, words), Text("")]
    parts += _build(seen, width, words)
    return Group(*parts)


def _profile(seen: View, full: str, empty: str, words: Words) -> RenderableType:
    rows = Table.grid(padding=(0, 2, 0, 0))
    for practice in seen.profile:
        done = int(practice.share * PROFILE_BAR)
        bar = full * done + empty * (PROFILE_BAR - done) if practice.applies else ""
        rows.add_row(
            Text(practice.name), Text(bar, "" if practice.share < 1 else STYLES["passed"]), Text(practice.said)
        )
    return Group(Text(words.profile, "bold"), Padding(rows, (0, 0, 0, 2)))


def _check(check: CheckView, signs: dict[str, str], hints: int | bool, words: Words) -> RenderableType:
    style = STYLES[check.status]
    head = Text.assemble((f"{signs[check.status]} {check.word}", style), f"  {check.points}  ", (check.title, "bold"))
    rows = Table.grid(padding=(0, 2, 0, 0), expand=True)
    rows.add_column(no_wrap=True)
    rows.add_column(ratio=1, overflow="fold")
    for label, text in [*check.rows, *_hints(check.hints, hints, words)]:
        rows.add_row(Text(label, "dim" if check.status == "passed" else ""), Text(text))
    body: list[RenderableType] = [Text(check.where)] if check.where else []
    if rows.row_count:
        body.append(Padding(rows, (0, 0, 0, 2)) if check.where else rows)
    return Group(head, Padding(Group(*body), (0, 0, 0, 4))) if body else head


def _hints(every: tuple[str, ...], wanted: int | bool, words: Words) -> list[tuple[str, str]]:
    count = len(every) if wanted is True else min(int(wanted), len(every))
    rows = [(words.hint, f"{number}. {hint}") for number, hint in enumerate(every[:count], 1)]
    left = len(every) - count
    if left:
        said = words.hints_hidden_one if left == 1 else words.hints_hidden
        rows.append((words.hint, said.format(count=left, next=count + 1)))
    return rows


def _build(seen: View, width: int, words: Words) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(words.build, "bold")]
    if seen.steps:
        parts.append(Padding(_steps(seen, width, words), (0, 0, 0, 2)))
    if seen.stopped:
        parts.append(Padding(Text(f"{seen.stopped}: {seen.stopped_text}"), (0, 0, 0, 2)))
    if seen.printed:
        parts += [Padding(Text(f"{words.printed}:"), (0, 0, 0, 2)), Padding(Text(seen.printed), (0, 0, 0, 4))]
    if seen.remarks:
        parts.append(Padding(Text(f"{words.remarks}:"), (0, 0, 0, 2)))
        parts += [Padding(Text(remark), (0, 0, 0, 4)) for remark in seen.remarks]
    parts += [Padding(Text(missing, "dim"), (0, 0, 0, 2)) for missing in seen.remarks_missing]
    parts += [Padding(Text(total), (0, 0, 0, 2)) for total in [words.semicolon.join(seen.totals)] if total]
    return parts


def _steps(seen: View, width: int, words: Words) -> Table:
    steps = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", width=min(width - 2, 110), pad_edge=False)
    steps.add_column(words.column_line, justify="right", no_wrap=True)
    steps.add_column(words.column_step, ratio=1, no_wrap=True, overflow="ellipsis")
    steps.add_column(words.column_result, no_wrap=True)
    steps.add_column(words.column_seconds, justify="right", no_wrap=True)
    steps.add_column(words.column_size, justify="right", no_wrap=True)
    for step in seen.steps:
        failed = step.result == words.step_failed
        result = Text(step.result, STYLES["failed"] if failed else "")
        steps.add_row(Text(step.line), Text(step.command), result, Text(step.seconds), Text(step.size))
    return steps
