"""`drydock grade`: take the class in, grade what has no verdict yet, write the results."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from grader import exercise, variants
from grader.batch.again import difference, judged_again, refused_before
from grader.batch.grading import Job, take_in
from grader.batch.grading import run as run_jobs
from grader.batch.handed import handed
from grader.batch.hidden import numbered
from grader.batch.processes import begun_with, local
from grader.batch.roster import read_roster
from grader.batch.rows import Override, counted, read_overrides, rows
from grader.batch.rules import keep_late, kept_late, late_work
from grader.batch.store import FILE as STORE
from grader.batch.store import Store, store, version_of
from grader.batch.summary import class_report
from grader.batch.tables import page_of, write_page, write_tables, write_whole
from grader.batch.values import HandIn, Outcome
from grader.cli import NOT_JUDGED, PASSED
from grader.cli._progress import BETWEEN_LINES, Meter
from grader.cli._session import session
from grader.cli._tiers import engines
from grader.cli._told import few, tell_overrides, tell_roster, tell_times
from grader.engine.lock import locked
from grader.errors import UsageError
from grader.interruption import interrupted_once
from grader.model import Exercise
from grader.model.reading import from_json
from grader.report import class_page
from grader.report.inert import visible

LOCK = ".lock"
PAGE = "index.html"
KEY = "variants"
"""Under which the store remembers where the course's key lies."""
ANONYMOUS, ROSTER = "anonymous", "roster"
"""Under which it remembers whether the class's page is without names, and who is in the class."""


def run(arguments: argparse.Namespace) -> int:
    """Grade the class, write the results, and return the exit status."""
    if arguments.jobs < 1:
        raise UsageError("--jobs is a number above 0")
    exercises, roots = _asked(arguments)
    known = read_roster(arguments.roster) if arguments.roster else {}
    late = late_work(
        due=arguments.due,
        late=arguments.late,
        rules=arguments.rules,
        times=arguments.times,
        roster=known,
        exercises=list(exercises),
    )
    passed_over: list[Path] = []
    found = handed(roots, list(exercises), passed_over.append)
    if passed_over:
        say(
            f"{len(passed_over)} not looked at, as no submission or an earlier attempt: "
            + few([path.name for path in passed_over])
        )
    with store(arguments.out) as kept, locked(arguments.out / LOCK, "grading a class", say, seconds=3600):
        _same_course(kept, arguments.out)
        overrides = read_overrides(arguments.out)
        say(f"{len(found)} submissions; isolation: {arguments.tier}")
        if late:
            keep_late(kept, late, list(exercises))
        _remember(kept, ANONYMOUS, "yes" if arguments.anonymous else "")
        roster = _roster(kept, list(known))
        graded(found, exercises, kept, arguments)
        return written(arguments.out, kept, exercises, roster, overrides, anonymous=arguments.anonymous)


def regrade(arguments: argparse.Namespace) -> int:
    """Judge a graded class again; the exit status."""
    if not (arguments.out / STORE).is_file():
        raise UsageError(
            f"{arguments.out} holds no results.",
            f"To grade a class: drydock grade EXERCISE SUBMISSIONS --out {arguments.out}",
        )
    root = exercise.exercises_folder()
    wanted = exercise.find(root, arguments.exercise)
    version = version_of(root / wanted.name)
    given = list(read_roster(arguments.roster)) if arguments.roster else []
    with store(arguments.out) as kept, locked(arguments.out / LOCK, "grading a class", say, seconds=3600):
        overrides = read_overrides(arguments.out)
        own = learners_own(None, kept)
        found = [change for change, _ in judged_again(kept, wanted, own, version)]
        print(visible("\n".join(difference(found))))
        missing = any(one.unanswered for one in found)
        if not arguments.apply:
            print("Nothing has been changed yet: --apply does it.")
            return NOT_JUDGED if missing else PASSED
        # Judged once more, a fraction of what writing takes: the outcomes of a class would fill the memory meanwhile.
        for change, outcome in judged_again(kept, wanted, own, version):
            if not change.unanswered:
                kept.keep(wanted.name, version, change.digest, outcome)
        for digest, outcome in refused_before(kept, wanted.name, version):
            kept.keep(wanted.name, version, digest, outcome)
        asked, roster, anonymous = {wanted.name: (wanted, version)}, _roster(kept, given), bool(kept.noted(ANONYMOUS))
        status = written(arguments.out, kept, asked, roster, overrides, anonymous=anonymous)
        return NOT_JUDGED if missing else status


def _remember(kept: Store, key: str, value: str) -> None:
    if kept.noted(key) != value:
        kept.note(key, value)


def _roster(kept: Store, given: list[str]) -> list[str]:
    """Who is in the class: what is `given`, and else what was given before."""
    if given:
        _remember(kept, ROSTER, msgspec.json.encode(given).decode())
    return given or remembered_roster(kept)


def remembered_roster(kept: Store) -> list[str]:
    """Who is in the class, as `grade` was told last; nobody where it was not."""
    return from_json(kept.noted(ROSTER) or "[]", list[str])


def say(text: str) -> None:
    """A line on standard error."""
    print(text, file=sys.stderr, flush=True)


def _asked(arguments: argparse.Namespace) -> tuple[dict[str, tuple[Exercise, str]], list[Path]]:
    """The exercises that are asked for, each with its version, and the folders to look in."""
    root = exercise.exercises_folder()
    names, paths = list(exercise.names(root)), list(arguments.paths)
    if not arguments.all:
        if len(paths) < 2:
            raise UsageError(
                "A folder of submissions is missing.", "For example: drydock grade 02 handed-in/ --out results"
            )
        names = [exercise.find(root, paths.pop(0)).name]
    wanted = {name: (exercise.load(root / name), version_of(root / name)) for name in names}
    return wanted, [Path(path) for path in paths]


@interrupted_once()
def graded(
    found: list[HandIn],
    exercises: dict[str, tuple[Exercise, str]],
    kept: Store,
    arguments: argparse.Namespace,
    *,
    whole: bool = True,
) -> None:
    """Grade what of `found` has no verdict yet; where it is the `whole` class, all others are forgotten."""
    own = learners_own(getattr(arguments, "key", None), kept)
    with local(arguments.jobs) as executor:
        jobs = take_in(
            found, exercises, kept, executor, again=arguments.again, whole=whole, tier=arguments.tier, own=own
        )
        digests = [(handed.one.exercise, handed.digest) for handed in kept.handed() if handed.digest]
        same = len(digests) - len(set(digests))
        say(f"{len(jobs)} to be graded" + (f", {same} are the same as another one's" if same else ""))
        if not jobs:
            return
        bases = tuple(sorted({base for job in jobs for base in job.exercise.bases}))
        with session() as opened:
            meter = Meter(len(jobs), opened.shown.say, 0 if sys.stderr.isatty() else BETWEEN_LINES)

            def over(job: Job, _: Outcome) -> None:
                meter.step(job.exercise.name)

            if address := getattr(arguments, "cluster", ""):
                from grader.batch.cluster import cluster

                with cluster(address, arguments.tier, say) as on:
                    workers = max(arguments.jobs, 2 * on.threads)
                    run_jobs(jobs, on.there, kept, workers=workers, done=over, make=on.executor)
                return
            with engines(opened, arguments.tier, arguments.jobs, bases) as found_engines:
                run_jobs(jobs, found_engines, kept, workers=arguments.jobs, done=over, make=begun_with(executor))


def learners_own(key: Path | None, kept: Store) -> Callable[[Exercise, str], Exercise]:
    """What gives an exercise with a learner's values, by the course's `key` or else the one that was used before.

    Where there has been none, everybody has the same values.
    """
    if key:
        kept.note(KEY, str(key.resolve()))
    file = str(key or "") or kept.noted(KEY)
    if not file:
        return lambda exercise, _: exercise
    secret = variants.read_key(Path(file))
    made: dict[tuple[str, str], Exercise] = {}

    def own(one: Exercise, student: str) -> Exercise:
        if one.variants and (one.name, student) not in made:
            made[one.name, student] = variants.of_student(one, secret, student, os.environ)
        return made.get((one.name, student), one)

    return own


def written(
    folder: Path,
    kept: Store,
    exercises: dict[str, tuple[Exercise, str]],
    roster: list[str],
    overrides: dict[tuple[str, str], Override],
    *,
    anonymous: bool = False,
) -> int:
    """Write the results of all that the store knows; the exit status, by what was asked for: `exercises`."""
    late = kept_late(kept)
    before = _graded_before(kept, exercises)
    found = rows(kept, before | exercises, roster, overrides, late)
    asked = [row for row in found if row.exercise in exercises]
    titles = {name: one for name, (one, _) in sorted((before | exercises).items())}
    for row in found:
        if row.exercise in exercises or not (folder / page_of(row)).exists():
            write_page(folder, row, titles[row.exercise])
    write_tables(folder, found)
    marks = {name: kept.marks(name) for name in titles}
    called = numbered(found, kept.secret()) if anonymous else None
    report = class_report(found, titles, marks, texts=kept.texts, called=called)
    write_whole(folder / PAGE, class_page.render(report).encode())
    counts = dict(counted(asked))
    print(
        ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in counts.items()) or "nothing was handed in"
    )
    tell_times(asked, late)
    tell_roster(asked, roster)
    tell_overrides(found, overrides)
    if before:
        print(f"the results also hold what was graded before: {few(sorted(before))}")
    print(f"{folder / PAGE} shows the class, {folder / 'results.csv'} has a line for each learner")
    return NOT_JUDGED if counts.get("not_judged") else PASSED


def _graded_before(kept: Store, exercises: dict[str, tuple[Exercise, str]]) -> dict[str, tuple[Exercise, str]]:
    """The other exercises that the store has something of, as far as the course still has them."""
    root = exercise.exercises_folder()
    others = {handed.one.exercise for handed in kept.handed()} - set(exercises)
    there = [name for name in sorted(others) if (root / name).is_dir()]
    return {name: (exercise.load(root / name), version_of(root / name)) for name in there}


def _same_course(kept: Store, folder: Path) -> None:
    """Raises UsageError where the results are of exercises that this course does not have."""
    root = exercise.exercises_folder()
    other = sorted({one.one.exercise for one in kept.handed()} - set(exercise.names(root)))
    if other:
        raise UsageError(
            f"{folder} holds results of another course: this one has no exercise {few(other)}.",
            "Name another folder with --out.",
        )
