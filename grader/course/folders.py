"""What can be said of an exercise folder without building anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from grader.answers import SOURCE, Answer
from grader.course.findings import Finding, folder
from grader.model import Exercise

RIGHT, WRONG = 3, 5
TODO = "TODO(course)"
ROW = re.compile(r"^\| *(?P<points>[\d.]+) *\|.*\| *`(?P<name>\w+)` *\|$", re.MULTILINE)
TOTAL = re.compile(r"\b(?P<points>\d[\d.]*) points\b")


def unfinished(root: Path) -> list[Finding]:
    """The lines of an exercise folder that still say what to write there."""
    found = []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), start=1):
            if TODO in line:
                where = path.relative_to(root).as_posix()
                seen = f"line {number} still says what to write: {line.strip()[:100]}"
                found.append(Finding(exercise=root.name, where=where, seen=seen, expected="your text in its place"))
                break
    return found


def incomplete(exercise: Exercise, answers: tuple[Answer, ...]) -> list[Finding]:
    """Too few answers, checks that no wrong answer fails, lines that are not there, checks without a hint or a row."""
    return [*_points(exercise), *_incomplete(exercise, answers)]


def _points(exercise: Exercise) -> Iterator[Finding]:
    """Where the table of the task and the checks do not say the same points, or the sum is another one."""
    rows = {row["name"]: float(row["points"]) for row in ROW.finditer(exercise.task)}
    given = {check.name: check.points for check in exercise.checks}
    for name in dict.fromkeys([*given, *rows]):
        if rows.get(name) != given.get(name):
            yield Finding(
                exercise=exercise.name,
                where="task.md",
                check=name,
                seen=f"its table gives this check {rows[name]:g} points" if name in rows else "no row of its table",
                expected=f"{given[name]:g} points, as exercise.toml has it" if name in given else "no such row",
            )
    sums = {float(said["points"]) for said in TOTAL.finditer(exercise.task)}
    if exercise.max_score not in sums:
        yield Finding(
            exercise=exercise.name,
            where="task.md",
            seen="it does not say what the points add up to",
            expected=f"'{exercise.max_score:g} points'",
        )


def _incomplete(exercise: Exercise, answers: tuple[Answer, ...]) -> Iterator[Finding]:
    for kind, least in (("right", RIGHT), ("wrong", WRONG)):
        count = sum(answer.kind == kind for answer in answers)
        if count < least:
            expected = f"at least {least} {kind} answers, each in a folder of its own"
            yield Finding(
                exercise=exercise.name,
                where=f"{kind}/",
                seen=f"there is {count}" if count == 1 else f"there are {count}",
                expected=expected,
            )
    failed = {name for answer in answers for name in answer.fails}
    for check in exercise.checks:
        if check.name not in failed:
            yield Finding(
                exercise=exercise.name,
                where="wrong/",
                check=check.name,
                seen="no wrong answer fails this check",
                expected="at least one, which names it in its expect.toml",
            )
        if not check.hints:
            yield Finding(
                exercise=exercise.name,
                where="hints.md",
                check=check.name,
                seen="no hint",
                expected=f"one to three list items under '## {check.name}'",
            )
    for answer in answers:
        source = SOURCE[exercise.submission]
        lines = (Path(answer.folder) / source).read_bytes().splitlines() if source == "Dockerfile" else []
        for name, line in answer.fails.items():
            if not 0 <= line <= len(lines):
                yield Finding(
                    exercise=exercise.name,
                    where=f"{folder(answer)}/expect.toml",
                    check=name,
                    seen=f"line {line}, and its Dockerfile has {len(lines)} lines"
                    if source == "Dockerfile"
                    else f"line {line}, and a verdict on this kind of submission has no line",
                    expected="a line that is there, or 0 for none",
                )
