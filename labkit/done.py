"""What a learner has done, as a table: the same file as the command line's."""

from __future__ import annotations

from grader import exercise as exercises
from grader import progress
from labkit.places import my_work
from labkit.session import the_session
from labkit.tables import Table, table


def show_progress() -> Table:
    """Each exercise with its best score, the number of tries, and the day when it was passed."""
    rows = [
        (name, f"{done.score:g} of {done.max_score:g}", done.tries, done.passed[:10] or "not yet")
        for name, done in sorted(progress.read(my_work()).items())
    ]
    return table(("exercise", "points", "tries", "passed"), rows or [("none yet", "", "", "")])


def show_exercises(lesson: str = "") -> Table:
    """The exercises of a lesson (of the one that runs): what each is about, its minutes, and the best score so far."""
    wanted, done = lesson or the_session().lesson, progress.read(my_work())
    folder = exercises.exercises_folder()
    found = [exercises.find(folder, name) for name in exercises.names(folder)]
    rows = [
        (
            one.name,
            one.title,
            ", ".join(one.teaches),
            one.minutes,
            f"{done[one.name].score:g} of {one.max_score:g}" if one.name in done else f"– of {one.max_score:g}",
        )
        for one in found
        if one.lesson == wanted
    ]
    return table(("exercise", "title", "about", "minutes", "your points"), rows)
