"""Stored observations -> verdicts by the checks as they are now, and what that changes; no engine is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import msgspec

from grader.batch.store import Store
from grader.batch.values import Outcome
from grader.judge import judge
from grader.model import Exercise, Observation, Report
from grader.model.reading import from_json


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A submission judged again: its points `before` and `after`, and the learners who handed it in.

    `checks` are those that say something else, that are new, or that are gone; `unanswered` those that now ask for
    something that was not looked at then.
    """

    digest: str
    students: tuple[str, ...]
    before: float
    after: float
    checks: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()


def judged_again(
    store: Store,
    exercise: Exercise,
    own: Callable[[Exercise, str], Exercise] = lambda exercise, _: exercise,
    version: str = "",
) -> Iterator[tuple[Change, Outcome]]:
    """Each submission with a verdict, judged by `exercise` as it is now, and its new outcome, one after another.

    `own` gives the exercise as a learner has it. What ended in a fault when this `version` was last graded is left out:
    it has to be graded.
    """
    students: dict[str, list[str]] = {}
    for handed in store.handed():
        if handed.one.exercise == exercise.name and handed.digest:
            students.setdefault(handed.digest, []).append(handed.one.student)
    for digest, names in students.items():
        known, last = store.latest(exercise.name, digest), store.outcome(exercise.name, version, digest)
        if known is None or not known.observation or (last is not None and last.fault):
            continue
        after = judge(own(exercise, names[0]), from_json(known.observation, Observation))
        before = from_json(known.report, Report)
        old, new = _said(before), _said(after)
        change = Change(
            digest=digest,
            students=tuple(names),
            before=before.score,
            after=after.score,
            checks=tuple(name for name in {**old, **new} if old.get(name) != new.get(name)),
            unanswered=tuple(one.name for one in after.checks if one.machine),
        )
        yield change, msgspec.structs.replace(known, report=msgspec.json.encode(after))


def _said(report: Report) -> dict[str, tuple[str, float]]:
    return {one.name: (one.status, one.points) for one in report.checks}


def refused_before(store: Store, exercise: str, version: str) -> list[tuple[str, Outcome]]:
    """What could not be built when it was last graded, by its digest: other checks do not change that."""
    digests = dict.fromkeys(handed.digest for handed in store.handed() if handed.one.exercise == exercise)
    unknown = [digest for digest in digests if digest and store.outcome(exercise, version, digest) is None]
    known = [(digest, store.latest(exercise, digest)) for digest in unknown]
    return [(digest, outcome) for digest, outcome in known if outcome is not None and outcome.refused]


def difference(found: Sequence[Change]) -> list[str]:
    """What changes, in lines: how many scores and by which checks, then each learner's."""
    changed = [one for one in found if one.before != one.after or one.checks]
    scores = [one for one in changed if one.before != one.after]
    lines = []
    count = sum(len(one.students) for one in scores)
    by = Counter(name for one in scores for name in one.checks for _ in one.students)
    told = ", ".join(f"{many} by {name}" for name, many in by.most_common())
    lines.append(f"{count} of {sum(len(one.students) for one in found)} scores change" + (f": {told}" if told else ""))
    lines += [
        f"  {student}: {one.before:g} -> {one.after:g} ({', '.join(one.checks)})"
        for one in scores
        for student in one.students
    ]
    unanswered = Counter(name for one in found for name in one.unanswered for _ in one.students)
    for name, many in unanswered.most_common():
        lines.append(f"  {name} asks for what was not looked at in {many} submissions: grade those again")
    return lines
