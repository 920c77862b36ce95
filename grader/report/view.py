"""What a report says, as ready texts: the terminal and the notebook lay out the same values."""

from __future__ import annotations

import msgspec

from grader.model import Build, CheckResult, PracticeShown, Remark, Report, Status, Step
from grader.report import figures
from grader.report.inert import few_lines, inert, one_line
from grader.report.words import Words

TEXT_LINES = 12
"""How many lines of one text are shown."""

TEXT_CHARACTERS = 2_000

REMARKS = 20
"""How many remarks of other programs are shown."""


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """One check: its word and points, its name as words, where in the Dockerfile, and labelled texts below it.

    `where` is the line with its command as one text; `line` and `command` are its parts.
    """

    status: Status
    word: str
    points: str
    title: str
    where: str
    line: int | None
    command: str
    rows: tuple[tuple[str, str], ...]
    hints: tuple[str, ...]


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the build, a text for each column."""

    line: str
    command: str
    result: str
    seconds: str
    size: str


class PracticeView(msgspec.Struct, frozen=True, kw_only=True):
    """One practice of a profile; `share` is the earned part of its points, from 0 to 1 (0 where it does not apply)."""

    name: str
    about: str
    said: str
    share: float
    applies: bool


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A whole report; `share` is the score's part of the maximum, from 0 to 1, `stopped` what ended the build early."""

    title: str
    exercise: str
    status: Status
    word: str
    summary: str
    score: str
    share: float
    checks: tuple[CheckView, ...]
    steps: tuple[StepView, ...]
    stopped: str
    stopped_text: str
    printed: str
    remarks: tuple[str, ...]
    remarks_missing: tuple[str, ...]
    totals: tuple[str, ...]
    profile: tuple[PracticeView, ...]


def view(report: Report, words: Words) -> View:
    """The texts of `report`, every one of them inert and of a bounded length."""
    report = inert(report, characters=TEXT_CHARACTERS, note=words.cut_characters)
    build = report.build
    failure = build.failure if build else None
    stopped = ""
    if failure is not None:
        stopped = words.build_failed_at.format(line=failure.line) if failure.line else words.build_failed
    return View(
        title=one_line(report.title or report.exercise) or words.untitled,
        exercise=one_line(report.exercise),
        status=report.status,
        word=words.status(report.status),
        summary=_summary(report.checks, words),
        score=words.points.format(points=figures.number(report.score), most=figures.number(report.max_score)),
        share=min(max(report.score / report.max_score, 0.0), 1.0) if report.max_score > 0 else 0.0,
        checks=tuple(_check(check, build, words) for check in report.checks),
        steps=tuple(step_view(step, words) for step in build.steps) if build else (),
        stopped=stopped,
        stopped_text=_text(failure.message.removeprefix(f"Line {failure.line}: "), words) if failure else "",
        printed=_printed(report, words),
        remarks=_remarks(report, words),
        remarks_missing=tuple(words.remarks_missing.format(why=one_line(why)) for why in report.remarks_missing),
        totals=_totals(report, words),
        profile=tuple(_practice(one, words) for one in report.profile),
    )


def _points(points: float, most: float, words: Words) -> str:
    return words.points.format(points=figures.number(points), most=figures.number(most))


def _practice(one: PracticeShown, words: Words) -> PracticeView:
    said = _points(one.earned, one.possible, words) if one.applies else words.not_applicable
    share = min(max(one.earned / one.possible, 0.0), 1.0) if one.applies and one.possible > 0 else 0.0
    return PracticeView(name=one_line(one.name), about=one_line(one.about), said=said, share=share, applies=one.applies)


def _summary(checks: tuple[CheckResult, ...], words: Words) -> str:
    own = [check for check in checks if check.applies]
    count = {status: sum(check.status == status for check in own) for status in ("failed", "not_judged")}
    said = []
    if count["failed"]:
        said.append(words.some_failed.format(count=count["failed"], all=len(checks)))
    if count["not_judged"]:
        said.append(words.some_not_judged.format(count=count["not_judged"], all=len(checks)))
    if not said:
        said.append(words.all_passed if own else words.nothing_judged)
    if len(own) < len(checks):
        said.append(words.some_not_applicable.format(count=len(checks) - len(own), all=len(checks)))
    return words.comma.join(said)


def _check(check: CheckResult, build: Build | None, words: Words) -> CheckView:
    command = _command(check.line, build)
    if check.status == "failed":
        rows = [(words.seen, check.seen), (words.expected, check.expected), (words.why, check.why)]
    else:
        rows = [(words.seen if check.status == "passed" else words.cause, check.seen)]
        if check.machine:
            rows.append(("", words.machine_fault))
    return CheckView(
        status=check.status,
        word=words.status(check.status) if check.applies else words.not_applicable,
        points=_points(check.points, check.max_points, words) if check.applies else "",
        title=one_line(check.title),
        where=_where(check.line, command, words),
        line=check.line,
        command=command,
        rows=tuple((label, _text(text, words)) for label, text in rows if text.strip()),
        hints=tuple(_text(hint, words) for hint in check.hints) if check.status == "failed" else (),
    )


def _command(line: int | None, build: Build | None) -> str:
    if line is None or build is None:
        return ""
    command = next((step.command for step in build.steps if step.line == line), "")
    if not command and build.failure and build.failure.line == line:
        command = build.failure.command
    return one_line(command)


def _where(line: int | None, command: str, words: Words) -> str:
    if line is None:
        return ""
    return words.line_with.format(line=line, command=command) if command else words.line.format(line=line)


def step_view(step: Step, words: Words) -> StepView:
    """The texts of one step, which is to be inert."""
    return StepView(
        line="" if step.line is None else str(step.line),
        command=one_line(step.command),
        result=words.step_failed if step.error else words.cached if step.cached else words.ran,
        seconds=f"{step.took:.1f}",
        size=words.no_layer if step.bytes is None else figures.size(step.bytes),
    )


def _printed(report: Report, words: Words) -> str:
    output = report.build.failure.output if report.build and report.build.failure else ""
    if not output.strip() or any(output.strip() in check.seen for check in report.checks):
        return ""
    return _text(output, words)


def remark_text(remark: Remark, words: Words) -> str:
    """A remark, which is to be inert, on one line: its text, whose it is, and the check that looks at the same."""
    said = words.remark_same if remark.check else words.remark_rule
    check = one_line(remark.check).replace("_", " ")
    return said.format(
        text=one_line(remark.text), source=one_line(remark.source), rule=one_line(remark.rule), check=check
    )


def _remarks(report: Report, words: Words) -> tuple[str, ...]:
    said = [
        words.line_with.format(line=remark.line, command=text) if remark.line else text
        for remark, text in ((remark, remark_text(remark, words)) for remark in report.remarks[:REMARKS])
    ]
    left = len(report.remarks) - REMARKS
    return (*said, words.remarks_more.format(count=left)) if left > 0 else tuple(said)


def _totals(report: Report, words: Words) -> tuple[str, ...]:
    said = []
    if report.build is not None:
        said.append(words.total.format(seconds=figures.seconds(report.build.seconds)))
        if report.build.context_bytes:
            said.append(words.context_sent.format(size=figures.size(report.build.context_bytes)))
    if report.image_bytes is not None:
        said.append(words.image_size.format(size=figures.size(report.image_bytes)))
    if report.engine:
        said.append(words.graded_with.format(engine=one_line(report.engine)))
    said.append(words.tier.format(tier=one_line(report.tier)))
    return tuple(said)


def _text(text: str, words: Words) -> str:
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    return few_lines("\n".join(lines), TEXT_LINES, note=words.cut_lines)
