"""`drydock classroom prefetch DIR`: grade what has been collected, side by side, into the course's store."""

from __future__ import annotations

import argparse
from fnmatch import fnmatchcase
from pathlib import Path

from grader.batch.rows import read_overrides
from grader.batch.store import store, version_of
from grader.classroom import course as courses
from grader.classroom.verdicts import handed_in
from grader.cli import NOT_JUDGED, PASSED, _grade
from grader.engine.lock import locked
from grader.errors import UsageError


def run(arguments: argparse.Namespace) -> int:
    """Grade, and where it is the whole class write its tables and pages; the exit status."""
    if arguments.jobs < 1:
        raise UsageError("--jobs is a number above 0")
    course = courses.read(arguments.folder)
    arguments.key = course.key
    found, exercises = [], {}
    for assignment in arguments.assignments or course.assignments:
        exercise = course.exercise(assignment)
        exercises[exercise.name] = (exercise, version_of(Path(exercise.folder)))
        folders = sorted(path for path in Path(course.root).glob(f"submitted/*/{assignment}") if path.is_dir())
        wanted = [path for path in folders if fnmatchcase(path.parent.name, arguments.students)]
        found += handed_in(course, assignment, wanted)
    whole = arguments.students == "*"
    with (
        store(course.results) as kept,
        locked(course.results / _grade.LOCK, "grading a class", _grade.say, seconds=3600),
    ):
        overrides = read_overrides(course.results)
        _grade.say(f"{len(found)} submissions; isolation: {arguments.tier}")
        _grade.graded(found, exercises, kept, arguments, whole=whole)
        if whole:
            return _grade.written(course.results, kept, exercises, [], overrides)
        faults = [one for one in kept.handed() if one.fault]
    return NOT_JUDGED if faults else PASSED
