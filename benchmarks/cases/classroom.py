"""nbgrader's autograde: our grader beside the notebook, against the same checks called in the learner's kernel."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cases.check import laid
from benchmarks.lab import Lab, Measure, NoMeasurementError, process, python
from benchmarks.values import Pair

NEEDS = ("engine",)
EXERCISE, MANY, FEW = "00-hello", 20, 6
NBGRADER = ("-m", "nbgrader")
IN_KERNEL = """
import io, json, contextlib
from grader.cli import main

said = io.StringIO()
with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
    main(["check", "{exercise}", "answer", "--json"])
points = {{check["name"]: check["points"] for check in json.loads(said.getvalue())["checks"]}}
"""
CONFIG = """
from grader.classroom.gradebook import have_programs_found

have_programs_found()
c = get_config()
c.ExecutePreprocessor.timeout = 300
"""


def run(lab: Lab) -> Iterator[Pair]:
    """A class whose answers all differ; nothing has been graded before, or our grader has been there before."""
    if importlib.util.find_spec("nbgrader") is None:
        raise NoMeasurementError("nbgrader is not installed: ./drydock classroom --help installs it")
    many = FEW if lab.quick else MANY
    ours, theirs = lab.folder / "ours", lab.folder / "kernel"
    for course in (ours, theirs):
        process(python("-m", "grader", "classroom", "init", str(course), "--exercise", EXERCISE))()
    _check_in_kernel(theirs)
    for course in (ours, theirs):
        process(python(*NBGRADER, "generate_assignment", EXERCISE), folder=course)()
        for number in range(many):
            _hand_in(course, number)
    kernel = _autograding(theirs)
    for name, forget, most in (
        (f"nbgrader autograde, {many} learners", True, 0.25),
        (f"nbgrader autograde, {many} learners, after prefetch", False, 0.2),
    ):
        yield lab.pair(
            name,
            _autograding(ours, forget=forget),
            kernel,
            against="the check called in each learner's kernel",
            rounds=3,
            most_ratio=most,
        )


def _autograding(course: Path, *, forget: bool = False) -> Measure:
    grade = process(python(*NBGRADER, "autograde", EXERCISE, "--force"), folder=course)

    def measure() -> float:
        if forget:
            shutil.rmtree(course / "results", ignore_errors=True)
        return grade()

    return measure


def _check_in_kernel(course: Path) -> None:
    """Turn the course into a usual one: cells with points run in the learner's kernel, and say what the check said."""
    file = course / "source" / EXERCISE / f"{EXERCISE}.ipynb"
    book = json.loads(file.read_text("utf-8"))
    code = IN_KERNEL.format(exercise=EXERCISE)
    for cell in book["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code":
            cell["source"] = ""
        if marks.get("grade") and not marks.get("solution"):
            cell["source"] = code + f"points[{marks['grade_id']!r}]"
            code = ""
    file.write_text(json.dumps(book), "utf-8")
    (course / "nbgrader_config.py").write_text(CONFIG, "utf-8")


def _hand_in(course: Path, number: int) -> None:
    folder = course / "submitted" / f"learner-{number:02}" / EXERCISE
    shutil.copytree(course / "release" / EXERCISE, folder)
    shutil.rmtree(folder / "answer")
    laid(folder / "answer", EXERCISE)
    with (folder / "answer" / "Dockerfile").open("a", encoding="utf-8") as file:
        file.write(f"# {number}\n")
