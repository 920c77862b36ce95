"""Outcomes of trials -> what is said of an exercise: a row of figures, its mutants, its findings."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from grader.course.findings import Finding, against, folder, off_reference, unsteady
from grader.course.survivors import Fate, Survivor, held_against
from grader.course.trials import Outcome
from grader.model import Exercise


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise's line of the table.

    `mutants` counts those that were graded, `written` the survivors with a reason; `seconds` adds up the trials'.
    """

    exercise: str
    right: int = 0
    wrong: int = 0
    killed: int = 0
    mutants: int = 0
    written: int = 0
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    fates: tuple[Fate, ...] = ()


def row(exercise: Exercise, outcomes: Sequence[Outcome], written: tuple[Survivor, ...] | None) -> Row:
    """The figures and findings of an exercise's outcomes; `written` is None where no mutants were asked for."""
    findings = [finding for outcome in outcomes for finding in _of_answer(outcome)]
    first = {one.trial.answer.folder: one for one in outcomes if not one.trial.mutant and not one.trial.again}
    for outcome in outcomes:
        before = first[outcome.trial.answer.folder]
        if outcome.trial.again and outcome.report and before.report:
            findings += unsteady(outcome.trial.answer, before.report, outcome.report)
    reasons = {(entry.operator, entry.text): entry.reason for entry in written or ()}
    fates = tuple(fate for outcome in outcomes if (fate := _fate(outcome, reasons)))
    unjudged = [outcome for outcome in outcomes if outcome.trial.mutant and _not_judged(outcome)]
    if written is not None and not unjudged:
        findings += held_against(exercise, written, fates)
    return Row(
        exercise=exercise.name,
        right=sum(one.trial.answer.kind == "right" for one in first.values()),
        wrong=sum(one.trial.answer.kind == "wrong" for one in first.values()),
        killed=sum(not fate.survived for fate in fates),
        mutants=len(fates),
        written=sum(fate.survived and bool(fate.reason) for fate in fates),
        seconds=sum(outcome.seconds for outcome in outcomes),
        findings=(*findings, *(_unjudged(outcome) for outcome in unjudged)),
        fates=fates,
    )


def with_values(outcomes: Sequence[Outcome]) -> list[Finding]:
    """The findings of answers that were graded with other values than the folder holds; each names the values."""
    found = []
    for outcome in outcomes:
        values = ", ".join(f"{name} = {first}" for name, (first, *_) in outcome.trial.exercise.variants.items())
        found += [
            msgspec.structs.replace(finding, where=f"{finding.where} with {values}") for finding in _of_answer(outcome)
        ]
    return found


def _of_answer(outcome: Outcome) -> list[Finding]:
    trial = outcome.trial
    if trial.mutant or trial.again:
        return []
    if outcome.report:
        return [
            *against(trial.answer, outcome.report),
            *off_reference(trial.exercise, trial.answer, outcome.report),
        ]
    return [
        Finding(
            exercise=trial.exercise.name,
            where=folder(trial.answer),
            seen=outcome.said,
            expected="an answer that can be graded",
            machine=outcome.why == "machine",
        )
    ]


def _not_judged(outcome: Outcome) -> bool:
    return outcome.why in ("time", "machine") or bool(
        outcome.report and any(one.machine for one in outcome.report.checks)
    )


def _fate(outcome: Outcome, reasons: dict[tuple[str, str], str]) -> Fate | None:
    mutant = outcome.trial.mutant
    if mutant is None or _not_judged(outcome):
        return None
    killers = (
        tuple(one.name for one in outcome.report.checks if one.status == "failed") if outcome.report else ("builds",)
    )
    return Fate(mutant=mutant, killed_by=killers, reason=reasons.get((mutant.operator, mutant.text), ""))


def _unjudged(outcome: Outcome) -> Finding:
    mutant = outcome.trial.mutant
    faults = [one.seen for one in outcome.report.checks if one.machine] if outcome.report else [outcome.said]
    return Finding(
        exercise=outcome.trial.exercise.name,
        where="solution",
        seen=f"not judged, {mutant.operator}: {mutant.text}\n{faults[0] or 'no time was left for it'}"
        if mutant
        else "",
        expected="a verdict on each mutant",
        machine=True,
    )
