"""Observation -> verdicts: each check of an exercise judged on what was seen; nothing here talks to an engine."""

from __future__ import annotations

from collections.abc import Sequence

from grader import checks
from grader.evidence import evidence
from grader.model import (
    AnyProbe,
    CheckResult,
    Exercise,
    ExerciseCheck,
    NotObserved,
    Observation,
    Params,
    PracticeShown,
    Report,
    Status,
    Verdict,
    not_judged,
)
from grader.model.practices import PRACTICES
from grader.model.reading import from_value

FIRST = ("builds", "archive_is_an_image", "answers_can_be_read")
"""The first check of each kind of submission: what depends on 'builds' depends on the one that the exercise has."""


def parameters(item: ExerciseCheck) -> Params:
    """The parameters of one check of an exercise, typed; raises msgspec.ValidationError where they do not fit."""
    return from_value(item.parameters, checks.load(item.name).parameters)


def probes(exercise: Exercise) -> tuple[AnyProbe, ...]:
    """Everything that the checks of an exercise ask for, each question once."""
    asked = (probe for item in exercise.checks for probe in checks.load(item.name).probes(parameters(item)))
    return tuple(dict.fromkeys(asked))


def _verdict(item: ExerciseCheck, seen: Observation, earlier: dict[str, Verdict]) -> Verdict:
    check = checks.load(item.name)
    for need in _needed(check):
        before = earlier.get(need)
        if before is not None and before.status != "passed":
            return not_judged(f"it depends on '{need.replace('_', ' ')}', which has not passed", machine=before.machine)
    try:
        return check.verdict(seen, parameters(item))
    except NotObserved as missing:
        return not_judged(missing.cause, machine=missing.machine)
    except Exception as error:  # noqa: BLE001 - one broken check must not take the others with it
        return not_judged(f"the check itself broke: {type(error).__name__}: {error}", machine=True)


def _needed(check: checks.Check) -> tuple[str, ...]:
    return tuple(one for need in check.needs for one in (FIRST if need == FIRST[0] else (need,)))


def _result(item: ExerciseCheck, verdict: Verdict) -> CheckResult:
    lost = verdict.status == "failed"
    return CheckResult(
        name=item.name,
        status=verdict.status,
        points=item.points if verdict.status == "passed" else 0,
        max_points=item.points if verdict.applies else 0,
        line=verdict.line,
        expected=verdict.expected,
        seen=verdict.seen,
        why=(verdict.why or checks.load(item.name).why) if lost else "",
        hints=_hints(item, verdict) if lost else (),
        machine=verdict.machine,
        applies=verdict.applies,
    )


def _hints(item: ExerciseCheck, verdict: Verdict) -> tuple[str, ...]:
    return verdict.hints if verdict.specific else item.hints or verdict.hints


def _profile(results: Sequence[CheckResult]) -> tuple[PracticeShown, ...]:
    """The thirteen practices in their order, each with the points of its checks that apply."""
    shown = []
    for name, about in PRACTICES.items():
        own = [one for one in results if checks.load(one.name).practice == name and one.applies]
        earned, possible = sum(one.points for one in own), sum(one.max_points for one in own)
        shown.append(PracticeShown(name=name, about=about, earned=earned, possible=possible, applies=bool(own)))
    return tuple(shown)


def judge(exercise: Exercise, seen: Observation) -> Report:
    """The report of an observation: a pure function, so a changed rubric judges a stored observation again.

    The status is `not_judged` where the machine kept a check from its verdict, `passed` with all points, else `failed`.
    What does not apply counts neither way: the most that can be reached is then less than the exercise's points.
    """
    earlier: dict[str, Verdict] = {}
    results = []
    for item in exercise.checks:
        verdict = _verdict(item, seen, earlier)
        earlier[item.name] = verdict
        results.append(_result(item, verdict))
    score = sum(result.points for result in results)
    status: Status = "failed"
    if any(result.machine for result in results):
        status = "not_judged"
    elif all(result.status == "passed" for result in results if result.applies):
        status = "passed"
    shown = evidence(seen)
    engine = f"Docker Engine {seen.engine.version}, {seen.engine.store}" if seen.engine else ""
    return Report(
        exercise=exercise.name,
        title=exercise.title,
        submission=seen.submission,
        status=status,
        score=score,
        max_score=sum(result.max_points for result in results),
        checks=tuple(results),
        build=seen.build,
        image_bytes=seen.image.size if seen.image else None,
        timing=seen.seconds,
        engine=engine,
        tier=seen.tier,
        dockerfile=shown.dockerfile,
        layers=shown.layers,
        wasted=shown.wasted,
        wasted_bytes=shown.wasted_bytes,
        rebuilds=shown.rebuilds,
        remarks=shown.remarks,
        remarks_missing=shown.remarks_missing,
        profile=_profile(results) if exercise.profile else (),
    )
