"""The learner's own side of the commands: which exercise is next, where it lies, and keeping a result."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from grader import exercise, progress, variants, work
from grader.model import Exercise, Report
from grader.submission import is_handed_in

BAR = 10


def say(text: str) -> None:
    """A line on standard error."""
    print(text, file=sys.stderr, flush=True)


def my_work() -> Path:
    """The learner's folder."""
    return work.work_folder(os.environ)


def course() -> tuple[Exercise, ...]:
    """All exercises, in order."""
    root = exercise.exercises_folder()
    return tuple(variants.mine(exercise.load(root / name), my_work(), os.environ) for name in exercise.names(root))


def find(wanted: str) -> Exercise:
    """The exercise of that name or number, with the learner's own values where it has variants."""
    return variants.mine(exercise.find(exercise.exercises_folder(), wanted), my_work(), os.environ)


def following(every: tuple[Exercise, ...], known: Mapping[str, progress.Done], after: str = "") -> Exercise | None:
    """The first exercise that has not been passed, `after` that one and then from the beginning; None: all passed."""
    later = [one for one in every if one.name > after] + [one for one in every if one.name < after]
    return next((one for one in later if not (one.name in known and known[one.name].passed)), None)


def keep(wanted: Exercise, path: Path, report: Report) -> progress.Done | None:
    """Take the result into the learner's progress, where `path` is their own folder of the exercise."""
    own = my_work()
    return progress.note(own, report, say) if work.is_own(path, own, wanted) else None


def usual_path(wanted: Exercise) -> Path:
    """What is meant where no path is given: this folder, or the learner's own where nothing to hand in lies here."""
    here, own = Path.cwd(), work.folder_of(my_work(), wanted)
    return own if own.is_dir() and not is_handed_in(here, wanted.submission) else here


def shown(path: Path) -> str:
    """`path` from the current folder on, where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def line(one: Exercise, known: Mapping[str, progress.Done], mark: str = " ") -> str:
    """The exercise's line in a list: a bar for its best score, and what that was."""
    done = known.get(one.name)
    if done is None:
        bar, said = "·" * BAR, "not tried yet"
    else:
        part = min(1.0, done.score / done.max_score) if done.max_score else 0.0
        bar = "█" * int(part * BAR) + "·" * (BAR - int(part * BAR))
        tries = f"{done.tries} {'try' if done.tries == 1 else 'tries'}"
        said = f"passed, {tries}" if done.passed else f"best {done.score:g} of {done.max_score:g}, {tries}"
    return f"{mark} {one.name:<25} {bar}  {said:<24} {one.minutes:>3} min  {one.max_score:>3g} points  {one.title}"
