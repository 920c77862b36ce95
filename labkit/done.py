"""What a learner has done, as a table: the same file as the command line's."""

from __future__ import annotations

from grader import exercise as exercises
from grader import progress
from labkit.places import my_work
from labkit.session import the_session
from labkit.tables import Table, table
from labkit.words import words


def show_progress() -> Table:
    """Each exercise with its best score, the number of tries, and the day when it was passed."""
    say = words()
    rows = [
        (name, _points(f"{done.score:g}", done.max_score), done.tries, done.passed[:10] or say["not_passed"])
        for name, done in sorted(progress.read(my_work()).items())
    ]
    heads = [say[key] for key in ("exercise", "points", "tries", "passed")]
    return table(heads, rows or [(say["none_yet"], "", "", "")])


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
            _points(f"{done[one.name].score:g}" if one.name in done else "–", one.max_score),
        )
        for one in found
        if one.lesson == wanted
    ]
    return table([words()[key] for key in ("exercise", "title", "about", "minutes", "your_points")], rows)


def _points(score: str, most: float) -> str:
    return words()["points_of"].format(score=score, most=f"{most:g}")
