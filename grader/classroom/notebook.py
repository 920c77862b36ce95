"""An exercise -> the notebook that a learner gets: the task, how to work, and a cell with points for each check.

The metadata are those of nbgrader's schema version 3. A cell with points belongs to a check, whose name
is its id; that of one that is withheld says nothing of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from grader.classroom.course import ANSWER, cell_ids
from grader.model import Exercise
from grader.report.figures import number
from grader.submission import EXPECTED

SCHEMA_VERSION = 3
VERDICT = "drydock-verdict"
"""The id of the cell that checks everything; the whole report stands below it afterwards."""

_HOW = """\
## How to work

The folder `{answer}` beside this notebook is your folder of this exercise: what the task calls *this folder*. What you
hand in is what lies there, above all `{answer}/{file}`. Open it in the file browser and edit it there; nothing that is
written into this notebook is graded.

**Check your work as often as you like**, in place of *Validate*: run the cells below, or in a terminal, beside this
notebook,

    drydock check {name} {answer}

Both build what you have, look at it, and say what was seen, as the grader does later."""
_MODES = """\
# Files lose the mark that makes them programs on their way to you. This gives it back; run it once.
!chmod +x {paths}"""
_LOAD = """\
# This takes Drydock where the notebook runs. Where it is missing, ask whoever gives the course.
%load_ext labkit"""
_VARIES = """\
**Where your instructor gave you a code, some words and numbers below are others for you.** Keep your code with
`drydock start {name} --code CODE` in a terminal, or have it in the environment variable DRYDOCK_CODE. The cell with
`%task` then shows your own task, and brings the files that you were given in line with it.

"""
_OWN = """\
# Your own task, and your own files: what you have changed stays as it is.
%task {name} {answer}"""
_POINTS = """\
# {points} for: {title}
%points {name} {check}"""

_WITHHELD = "# {points} for what is looked at after you have handed in. There is nothing to run here."


def notebook(exercise: Exercise, programs: tuple[str, ...]) -> bytes:
    """The notebook of `exercise`, in nbformat 4.5; `programs` are the paths of the files that can be started."""
    cells = [{"id": _id(number, cell["source"]), **cell} for number, cell in enumerate(_cells(exercise, programs))]
    made = {
        "cells": cells,
        "metadata": {
            "drydock": {"exercise": exercise.name},
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _cells(exercise: Exercise, programs: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    file = EXPECTED[exercise.submission]
    yield _text(
        (_VARIES.format(name=exercise.name) if exercise.variants else "") + exercise.task.rstrip("\n"), _locked("task")
    )
    yield _text(_HOW.format(answer=ANSWER, file=file, name=exercise.name), _locked("how"))
    if programs:
        yield _code(_MODES.format(paths=" ".join(f"{ANSWER}/{path}" for path in programs)), {})
    yield _code(_LOAD, {})
    if exercise.variants:
        yield _code(_OWN.format(name=exercise.name, answer=ANSWER), _locked("own"))
    yield _code(f"%check {exercise.name} {ANSWER}", _locked(VERDICT))
    yield _text(
        "## Points\n\nThe grader fills these in. Before that, each says what the last check came to.", _locked("points")
    )
    ids = cell_ids(exercise)
    for check in exercise.checks:
        points = f"{number(check.points)} {'point' if check.points == 1 else 'points'}"
        title = check.name.replace("_", " ")
        source = _POINTS.format(points=points, title=title, name=exercise.name, check=check.name)
        yield _code(
            _WITHHELD.format(points=points) if check.withheld else source,
            {"nbgrader": {**_marks(ids[check.name]), "grade": True, "points": check.points}},
        )


def _locked(name: str) -> dict[str, Any]:
    return {"nbgrader": _marks(name)}


def _marks(name: str) -> Mapping[str, object]:
    return {
        "schema_version": SCHEMA_VERSION,
        "grade_id": name,
        "grade": False,
        "locked": True,
        "solution": False,
        "task": False,
    }


def _text(source: str, metadata: Mapping[str, object]) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": metadata, "source": source}


def _code(source: str, metadata: Mapping[str, object]) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}


def _id(number: int, source: str) -> str:
    return hashlib.sha256(f"{number}\n{source}".encode()).hexdigest()[:12]
