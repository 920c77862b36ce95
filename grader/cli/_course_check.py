"""`drydock course check`: run the trials, show how far they are, print what was found."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from grader import exercise, variants
from grader.answers import answers
from grader.cli import LOST, NOT_JUDGED, PASSED
from grader.cli._progress import BETWEEN_LINES, Meter
from grader.course.ready import Ready, folders, ready
from grader.course.results import Row, row, with_values
from grader.course.summary import as_json, as_text
from grader.course.trials import Grade, trials
from grader.course.trials import run as run_trials
from grader.engine.client import Engine
from grader.engine.places import EngineAddress, Places
from grader.errors import UsageError
from grader.interruption import interrupted_once
from grader.model import Exercise, Report


def run(arguments: argparse.Namespace) -> int:
    """Check, print, and return the exit status."""
    if arguments.jobs < 1 or arguments.minutes <= 0:
        raise UsageError("--jobs and --minutes are numbers above 0")
    root = exercise.exercises_folder()
    mutated = not arguments.no_mutants
    looked_at = {name: ready(root / name, mutated=mutated) for name in folders(root, arguments.exercises)}
    rows = [Row(exercise=name, findings=found) for name, found in looked_at.items() if isinstance(found, tuple)]
    rows += _tried([found for found in looked_at.values() if isinstance(found, Ready)], arguments)
    rows.sort(key=lambda one: one.exercise)
    if arguments.json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(as_json(rows)), indent=1) + b"\n")
    else:
        print(as_text(rows, mutated=mutated))
    findings = [finding for one in rows for finding in one.findings]
    if any(not finding.machine for finding in findings):
        return LOST
    return NOT_JUDGED if findings else PASSED


@interrupted_once()
def _tried(found: Sequence[Ready], arguments: argparse.Namespace) -> list[Row]:
    if not found:
        return []
    from grader.cli._session import session

    mutated, twice = not arguments.no_mutants, arguments.twice
    above = Places.from_environment(os.environ).variants
    varied: dict[str, Exercise] = {
        one.exercise.name: variants.with_values(one.exercise, variants.last(one.exercise), above)
        for one in found
        if one.exercise.variants
    }
    every = [
        *(trial for one in found for trial in trials(one.exercise, one.answers, twice=twice, mutated=mutated)),
        *(trial for one in varied.values() for trial in trials(one, answers(one), twice=False, mutated=False)),
    ]
    cancel = threading.Event()
    with session(quiet=arguments.json) as opened:
        opened.bases(tuple(sorted({base for one in found for base in one.exercise.bases})))
        meter = Meter(len(every), opened.shown.say, 0 if sys.stderr.isatty() else BETWEEN_LINES)
        opened.shown.say(f"{len(every)} builds are to be graded")
        with _grading(opened.address, cancel) as grade:
            outcomes = run_trials(
                every,
                grade,
                jobs=arguments.jobs,
                seconds=arguments.minutes * 60,
                cancel=cancel,
                done=lambda outcome: meter.step(outcome.trial.exercise.name),
            )
    rows = []
    for one in found:
        own = [outcome for outcome in outcomes if outcome.trial.exercise == one.exercise]
        other = [outcome for outcome in outcomes if outcome.trial.exercise == varied.get(one.exercise.name)]
        made = row(one.exercise, own, one.written)
        findings = (*one.findings, *made.findings, *with_values(other))
        rows.append(msgspec.structs.replace(made, findings=findings))
    return rows


@contextmanager
def _grading(address: EngineAddress, cancel: threading.Event) -> Iterator[Grade]:
    """Grading on several threads, each with connections of its own to the engine; they are closed at the end."""
    from grader.making import make
    from grader.pipeline import Watcher, check

    own, making = threading.local(), threading.Lock()
    opened: list[Engine] = []

    def engine() -> Engine:
        if not hasattr(own, "engine"):
            own.engine = Engine(address=address)
            opened.append(own.engine)
        found: Engine = own.engine
        return found

    def grade(wanted: Exercise, context: Path) -> Report:
        # Answers that build the same image share its id: removing one's would take another's, which is being named.
        with making:
            make(wanted, context, engine)
        return check(wanted, context, engine, Watcher(cancel=cancel))[0]

    try:
        yield grade
    finally:
        for one in opened:
            one.close()
