"""What a course's nbgrader_config.py gives to nbgrader: settings, two preprocessors, an export. They fail closed.

nbgrader grades by running a notebook in a kernel, and takes a cell without output for a right answer. In a course of
ours no kernel is started: the grader judges what lies beside the notebook, in another process, and its number stands
below each cell with points; where it has none, the grading of this learner fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.batch.late import Rule, rule
from grader.batch.values import HandIn
from grader.classroom import cells
from grader.classroom.course import ANSWER, Course, read
from grader.classroom.gradebook import forget_scores, have_programs_found, rows, table, url_of
from grader.classroom.notebook import SCHEMA_VERSION, VERDICT
from grader.classroom.verdicts import Grading, handed_in, outcome
from grader.errors import DrydockError, MachineError
from grader.model import Exercise, Report

LARGEST = 600_000
"""The largest file that travels, in kB: an image archive. nbgrader leaves larger ones out, with a warning only."""


Known = Mapping[str, tuple[dict[str, Any], str]]
"""A notebook's cells by their names: the marks of each, and what stands in it."""


class NotJudgedError(MachineError):
    """A submission that could not be judged: nbgrader takes back what it has made of it, and says so."""


def settings(c: Any, file: str, *, jobs: int = 2, tier: str = "trusted", late: str = "") -> None:
    """Set nbgrader's configuration `c` for the course whose nbgrader_config.py is `file`.

    `jobs` is how many submissions are graded at a time, `tier` their isolation, `late` a rule for late days, by the due
    dates and times that nbgrader knows. What is set later goes before. Raises UsageError where `late` is no rule.
    """
    have_programs_found()
    root = Path(file).resolve().parent
    course = read(root)
    c.CourseDirectory.root = str(root)
    c.CourseDirectory.max_file_size = c.CourseDirectory.max_dir_size = LARGEST
    c.Autograde.exclude_overwriting = {name: list(learners_own(root, name)) for name in course.assignments}
    known, graded = _preprocessors(course, jobs, tier)
    names = "nbgrader.preprocessors."
    c.Autograde.sanitize_preprocessors = [
        known,
        *(names + name for name in ("ClearOutput", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata")),
    ]
    c.Autograde.autograde_preprocessors = [
        graded,
        *(names + name for name in ("SaveAutoGrades", "AssignLatePenalties", "CheckCellMetadata")),
    ]
    c.Autograde.pre_convert_hook = _before(c, root)
    c.ExportApp.plugin_class = _export()
    if late:
        c.AssignLatePenalties.plugin_class = _late(rule(late))


def learners_own(root: Path, assignment: str) -> tuple[str, ...]:
    """The files of an assignment that are the learner's to change, from the assignment's folder on."""
    source = root / "source" / assignment
    found = sorted(path for path in (source / ANSWER).rglob("*") if path.is_file())
    return tuple(path.relative_to(source).as_posix() for path in found)


def _before(c: Any, root: Path) -> Callable[..., None]:
    def forget(*, notebooks: Sequence[str], **_: str) -> None:
        url = str(c.CourseDirectory.get("db_url", "") or url_of(root))
        for assignment in {Path(notebook).parent for notebook in notebooks}:
            forget_scores(url, assignment.name, assignment.parent.name)

    return forget


def _preprocessors(course: Course, jobs: int, tier: str) -> tuple[type, type]:
    from nbgrader.preprocessors import NbGraderPreprocessor

    class KnownCells(NbGraderPreprocessor):  # type: ignore[misc]
        """Cells count by what the gradebook knows of them, whatever has become of them on the way."""

        def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
            """Mark each cell as the gradebook has it, once; put those with points back that are not there."""
            names, converter = resources["nbgrader"], self.parent.parent
            found: dict[tuple[str, str], Known] = vars(converter).setdefault("drydock_cells", {})
            notebook = (names["assignment"], names["notebook"])
            if notebook not in found:
                found[notebook] = _known_cells(names)
            return _marked(nb, found[notebook]), resources

    class Graded(NbGraderPreprocessor):  # type: ignore[misc]
        """The grader's text and number below each cell with points."""

        def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
            """Find the verdict, and fill the cells. Raises NotJudgedError where there is none."""
            names, converter = resources["nbgrader"], self.parent.parent
            try:
                found = self._report(converter, names["assignment"], names["student"])
                _fill(nb, course.exercise(names["assignment"]), found)
            except DrydockError as error:
                forget_scores(names["db_url"], names["assignment"], names["student"])
                self.log.error(
                    "%s, %s: NOT JUDGED, so there is no score: %s", names["student"], names["assignment"], error
                )
                raise NotJudgedError(f"not judged: {error}") from error
            return nb, resources

        def _report(self, converter: Any, assignment: str, student: str) -> Report | str:
            directory = converter.coursedir
            folder = Path(directory.format_path(directory.submitted_directory, student, assignment))
            one: HandIn = handed_in(course, assignment, [folder])[0]

            def grading() -> Grading:
                # The first who has no verdict has the whole selection graded, side by side and while this goes on.
                whole: Grading | None = getattr(converter, "drydock_grading", None)
                if whole is not None and not whole.ended:
                    return whole
                students = student if whole else str(directory.student_id)
                self.log.info("Grading %s of %s with Drydock ...", students, assignment)
                found = Grading(course, assignment, students, ["--jobs", str(jobs), "--tier", tier])
                converter.drydock_grading = whole or found
                return found

            found = outcome(course, one, grading, tier)
            if found.fault or not (found.report or found.refused):
                raise NotJudgedError(found.fault or "there is no report")
            if found.refused:
                self.log.warning("%s, %s: nothing could be graded: %s", student, assignment, found.refused)
                return found.refused.replace(one.path or str(folder), ANSWER)
            return cells.read(found.report)

    return KnownCells, Graded


def _known_cells(names: Mapping[str, str]) -> Known:
    from nbgrader.api import Gradebook

    with Gradebook(names["db_url"]) as book:
        notebook = book.find_notebook(names["notebook"], names["assignment"])
        most = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
        graded = {cell.name for cell in notebook.grade_cells}
        solutions = {cell.name for cell in notebook.solution_cells}
        tasks = {cell.name for cell in notebook.task_cells}
        found = {}
        for cell in notebook.source_cells:
            marks = {"schema_version": SCHEMA_VERSION, "grade_id": cell.name, "locked": bool(cell.locked)}
            marks |= {"grade": cell.name in graded, "solution": cell.name in solutions, "task": cell.name in tasks}
            marks |= {"points": most[cell.name]} if cell.name in most else {}
            marks |= {"checksum": cell.checksum, "cell_type": cell.cell_type}
            found[cell.name] = (marks, cell.source)
    return found


def _marked(nb: Any, known: Known) -> Any:
    from nbformat.v4 import new_code_cell

    left = dict(known)
    for cell in nb.cells:
        found = cell.metadata.pop("nbgrader", None)
        name = found.get("grade_id") if isinstance(found, dict) else None
        if isinstance(name, str) and name in left:
            cell.metadata["nbgrader"] = type(nb)(left.pop(name)[0])
    for marks, source in left.values():
        if marks["cell_type"] == "code" and not marks["solution"]:
            nb.cells.append(new_code_cell(source=source, metadata={"nbgrader": dict(marks)}))
    return nb


def _fill(nb: Any, exercise: Exercise, found: Report | str) -> None:
    from nbformat.v4 import new_output

    own = {}
    for cell in nb.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade") and not marks.get("solution"):
            own[marks["grade_id"]] = (cell, float(marks["points"]))
    filled = cells.below(exercise, found, {id: most for id, (_, most) in own.items()})
    for id, (cell, _) in own.items():
        value = filled[id]
        cell.execution_count = 1
        cell.outputs = [
            new_output("stream", name="stdout", text=value.text),
            new_output("execute_result", data={"text/plain": repr(value.points)}, execution_count=1),
        ]
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == VERDICT and isinstance(found, Report):
            cell.outputs = [new_output("stream", name="stdout", text=cells.whole(found, exercise.withheld))]


def _late(rule: Rule) -> type:
    from nbgrader.plugins import LateSubmissionPlugin

    class LateDays(LateSubmissionPlugin):  # type: ignore[misc]
        """What `rule` takes off the score of a submission, as in `drydock grade`."""

        def late_submission_penalty(self, _: str, score: float, total_seconds_late: float) -> float:
            """The points that are taken off `score`, so many seconds after it was due."""
            return round(score * rule.percent_off(total_seconds_late) / 100, 2)

    return LateDays


def _export() -> type:
    from nbgrader.api import Gradebook
    from nbgrader.plugins import ExportPlugin

    class SafeCsv(ExportPlugin):  # type: ignore[misc]
        """nbgrader's own columns as CSV that is quoted; what has not been judged has no score, rather than a zero."""

        def export(self, gradebook: Gradebook) -> None:
            """Write the file that `--to` names, or grades.csv."""
            found = rows(gradebook, map(str, self.assignment), map(str, self.student))
            file = Path(self.to or "grades.csv")
            self.log.info("Exporting grades to %s", file)
            file.write_bytes(table(found))

    return SafeCsv
