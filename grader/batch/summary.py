"""Rows -> the class's report: the spread of points, what each check tells, answers that are nearly the same."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from grader.batch import alike, compared
from grader.batch.hidden import hidden, without_names
from grader.batch.looks import looks
from grader.batch.tables import page_of
from grader.batch.values import Row
from grader.model import Exercise
from grader.model.class_report import Alike, CheckStatistics, ClassExercise, ClassReport, LearnerLine, WrongReason
from grader.model.reading import from_json

REASONS = 3
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")


class _Seen(msgspec.Struct, frozen=True):
    name: str
    status: str
    points: float
    seen: str = ""


class _Told(msgspec.Struct, frozen=True):
    """What is needed of each report: of 2,000 all else would take most of the memory."""

    score: float
    checks: tuple[_Seen, ...]
    dockerfile: tuple[str, ...] = ()
    image_bytes: int | None = None
    wasted_bytes: int = 0


def class_report(
    found: Sequence[Row],
    exercises: Mapping[str, Exercise],
    marks: Mapping[str, Mapping[str, bytes]] | None = None,
    *,
    texts: Callable[[str, str], bytes] = lambda *_: b"",
    called: Mapping[str, str] | None = None,
) -> ClassReport:
    """The report of a class; `marks` are the passages of each exercise's submissions by their digests.

    `texts` has what is shown of a submission, by its exercise and digest. Where learners are `called` otherwise, as by
    `numbered`, pages are not linked, and nothing that they wrote is shown.
    """
    parts = []
    called = called or {}
    for name, exercise in exercises.items():
        rows = [row for row in found if row.exercise == name]
        if rows:
            shown = hidden(rows, called) if called else rows
            parts.append(_exercise(exercise, shown, (marks or {}).get(name, {}), texts, called))
    return ClassReport(exercises=tuple(parts))


def _exercise(
    exercise: Exercise,
    rows: Sequence[Row],
    marks: Mapping[str, bytes],
    texts: Callable[[str, str], bytes],
    numbers: Mapping[str, str],
) -> ClassExercise:
    anonymous, without = bool(numbers), without_names(numbers)
    reports = {at: from_json(row.report, _Told) for at, row in enumerate(rows) if row.report}
    called = {row.student: numbers.get(row.student, row.student) for row in rows}
    learners = tuple(
        LearnerLine(
            student=called[row.student],
            status=row.status,
            score=row.score,
            page="" if anonymous else page_of(row),
            late=row.late,
            late_note=row.late_note,
            automatic_score=row.automatic_score,
            same_as=called.get(row.same_as, ""),
            comment="" if anonymous else row.comment,
            reason=row.reason,
            seconds=row.seconds,
            image_bytes=reports[at].image_bytes if at in reports else None,
            wasted_bytes=reports[at].wasted_bytes if at in reports else 0,
        )
        for at, row in enumerate(rows)
    )
    judged = {at: report for at, report in reports.items() if rows[at].status in ("passed", "failed")}
    scores = [row.score for row in rows if row.score is not None]
    return ClassExercise(
        name=exercise.name,
        title=exercise.title,
        max_score=exercise.max_score,
        learners=learners,
        checks=tuple(_check(item.name, item.points, judged, without) for item in exercise.checks),
        looks=tuple(looks(learners, exercise.max_score)),
        alike=tuple(
            msgspec.structs.replace(one, pair=(), files=()) if anonymous else one
            for one in _alike(rows, reports, marks, lambda digest: texts(exercise.name, digest))
        ),
        bins=_bins(scores, exercise.max_score),
        median=statistics.median(scores) if scores else None,
    )


def _bins(scores: Sequence[float], most: float) -> tuple[int, ...]:
    counts = [0] * 11
    for score in scores:
        counts[min(10, int(10 * score / most)) if most else 0] += 1
    return tuple(counts)


def _check(name: str, points: float, judged: Mapping[int, _Told], without: Callable[[str], str]) -> CheckStatistics:
    results = {at: next((one for one in report.checks if one.name == name), None) for at, report in judged.items()}
    there = {at: one for at, one in results.items() if one is not None}
    passed = [at for at, one in there.items() if one.status == "passed"]
    failed = [at for at, one in there.items() if one.status == "failed"]
    grouped: dict[str, list[int]] = {}
    for at in failed:
        grouped.setdefault(_FIGURES.sub("…", there[at].seen), []).append(at)
    commonest = sorted(grouped.values(), key=len, reverse=True)[:REASONS]
    rest = {at: judged[at].score - one.points for at, one in there.items()}
    return CheckStatistics(
        name=name,
        points=points,
        passed=len(passed),
        failed=len(failed),
        not_judged=len(there) - len(passed) - len(failed),
        discrimination=_correlation([1.0] * len(passed) + [0.0] * len(failed), [rest[at] for at in (*passed, *failed)]),
        reasons=tuple(
            WrongReason(seen=without(there[ats[0]].seen), count=len(ats), example=ats[0]) for ats in commonest
        ),
    )


def _correlation(passed: Sequence[float], rest: Sequence[float]) -> float | None:
    if len(passed) < 3:
        return None
    try:
        return statistics.correlation(passed, rest)
    except statistics.StatisticsError:
        return None


def _alike(
    rows: Sequence[Row], reports: Mapping[int, _Told], known: Mapping[str, bytes], texts: Callable[[str], bytes]
) -> Iterator[Alike]:
    """Groups of nearly the same answers: by Dockerfile and build context, or by the report's Dockerfile alone."""
    found = {}
    for at, report in reports.items():
        own = known.get(rows[at].digest) or alike.marks(alike.passages(["\n".join(report.dockerfile)]), set())
        found[at] = own
    for group in alike.groups(found):
        first = group.members[0]
        wrote = (compared.whole(reports[at].dockerfile, texts(rows[at].digest)) for at in group.members)
        one = next(wrote)
        later = zip(group.members[1:], wrote, strict=True)
        at, other = next(((at, two) for at, two in later if two != one), (first, one))
        pair = tuple(dict.fromkeys((first, at)))
        files = tuple(compared.compared(one, other))
        yield Alike(learners=group.members, similarity=group.similarity, pair=pair, files=files)
