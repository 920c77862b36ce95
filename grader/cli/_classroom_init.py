"""`drydock classroom init DIR`: make a course, or add to it."""

from __future__ import annotations

import argparse
import importlib.util

from grader import exercise
from grader.batch.roster import read_roster
from grader.classroom.gradebook import learner
from grader.classroom.making import add, opened
from grader.cli import PASSED
from grader.errors import UsageError


def run(arguments: argparse.Namespace) -> int:
    """Make it, say what was made and what to do next."""
    root = exercise.exercises_folder()
    course = opened(arguments.folder)
    names = exercise.names(root) if arguments.all else arguments.exercise
    if not names and not arguments.roster and not course.assignments:
        raise UsageError("No exercise is named.", "Name some with --exercise, or all with --all.")
    wanted = list({one.name: one for one in (exercise.find(root, name) for name in names)}.values())
    roster = read_roster(arguments.roster) if arguments.roster else {}
    learners = {name: learner(arguments.roster, name, row) for name, row in roster.items()}
    if not importlib.util.find_spec("nbgrader"):
        raise UsageError("nbgrader is not installed here.", "./drydock classroom installs it; or: pip install nbgrader")
    add(course, wanted, learners, print, name=arguments.name, exchange=arguments.exchange)
    print(f"\nNext, in {arguments.folder}: nbgrader generate_assignment ASSIGNMENT. docs/classroom.md says the rest.")
    return PASSED
