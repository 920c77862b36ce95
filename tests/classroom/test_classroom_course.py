"""`drydock classroom init`: what is in a course, what is not, and what it refuses; no engine."""

from __future__ import annotations

import csv
import io
import os
import stat
from pathlib import Path

import msgspec
import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from grader import exercise as exercises
from grader.classroom import course as courses
from grader.classroom.gradebook import COLUMNS, learner, table
from grader.classroom.making import CONFIG, add, opened
from grader.classroom.modes import give_back, programs
from grader.classroom.notebook import notebook
from grader.errors import ExerciseError, InputError, UsageError
from grader.model import Exercise

ROOT = exercises.exercises_folder()
EVERY = [exercises.load(ROOT / name) for name in exercises.names(ROOT)]


def quiet(_: str) -> None:
    pass


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with every exercise."""
    root = tmp_path_factory.mktemp("classroom") / "course"
    add(opened(root), EVERY, {}, quiet, name="dock101")
    return root


@pytest.mark.parametrize("exercise", EVERY, ids=lambda one: one.name)
def test_an_assignment_is_valid_and_holds_no_answer(course: Path, exercise: Exercise) -> None:
    folder = course / "source" / exercise.name
    book = nbformat.read(folder / f"{exercise.name}.ipynb", as_version=4)
    nbformat.validate(book)
    MetadataValidator().validate_nb(book)
    marks = [cell.metadata["nbgrader"] for cell in book.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert [(one["grade_id"], one["points"]) for one in marks] == [(one.name, one.points) for one in exercise.checks]
    assert exercise.task.strip() in book.cells[0].source
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    parts = [Path(exercise.folder) / part for part in ("starter", "files")]
    given = {path.relative_to(part).as_posix() for part in parts for path in part.rglob("*") if path.is_file()}
    assert there == {f"{exercise.name}.ipynb", *(f"answer/{path}" for path in given)}


def test_what_is_there_stays_as_it_is(course: Path) -> None:
    file = course / "source" / "00-hello" / "answer" / "Dockerfile"
    settings = (course / CONFIG).read_text("utf-8")
    (course / CONFIG).write_text(settings + "# my own\n", "utf-8")
    file.write_text("FROM busybox:1.37\n", "utf-8")
    said: list[str] = []
    add(opened(course), EVERY[:2], {}, said.append)
    assert file.read_text("utf-8") == "FROM busybox:1.37\n"
    assert (course / CONFIG).read_text("utf-8").endswith("# my own\n")
    assert said == [f"{one.name}: is in this course already, and stays as it is" for one in EVERY[:2]]
    assert courses.read(course).assignments == {one.name: one.name for one in EVERY}


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty, and no course of Drydock"):
        opened(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("schema = 3", "schema: this Drydock reads 'drydock.classroom/1', found 3"),
        ("[", "cannot be read"),
        ('schema = "drydock.classroom/1"\nassignments = 1', "assignments: expected lines such as"),
        ('schema = "drydock.classroom/1"\n[assignments]\n"../x" = "00-hello"', "'../x' is no name"),
        ('schema = "drydock.classroom/1"\n[assignments]\na = "x"\nb = "x"', "two are the exercise 'x'"),
    ],
)
def test_a_course_file_that_is_wrong_says_where(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / courses.FILE).write_text(text)
    with pytest.raises(InputError, match=r"drydock\.toml") as caught:
        courses.read(tmp_path)
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["../ada", ".ada", "a/da", "a*", "a+da", "x" * 129])
def test_a_learner_whose_name_is_no_folder_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"class\.csv.*cannot be the name of a learner's folder"):
        learner(Path("class.csv"), name, {})


def test_a_learners_name_is_parted() -> None:
    assert learner(Path("x"), "ada", {"name": "Ada Maria Quay", "email": "a@b"}) == {
        "first_name": "Ada Maria",
        "last_name": "Quay",
        "email": "a@b",
    }


def test_the_table_is_quoted_and_holds_no_formula() -> None:
    row = dict.fromkeys(COLUMNS) | {"last_name": 'O"Neil, Jr', "email": '=HYPERLINK("x")', "score": None}
    found = list(csv.DictReader(io.StringIO(table([row]).decode())))
    assert (found[0]["last_name"], found[0]["email"], found[0]["score"]) == ('O"Neil, Jr', '\'=HYPERLINK("x")', "")
    assert len(found[0]) == len(COLUMNS) == 11


def test_programs_are_programs_again(tmp_path: Path) -> None:
    wanted = next(one for one in EVERY if one.name == "05-own-application")
    assert "cgi-bin/log" in programs(wanted)
    for path, text in {"cgi-bin/log": "changed", "run": "#!/bin/sh\n", "notes": "text", "secret/#!": "no"}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
        (tmp_path / path).chmod(0o444)
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.write_text("#!/bin/sh\n")
    (tmp_path / "link").symlink_to(outside)
    os.mkfifo(tmp_path / "pipe")
    give_back(wanted, tmp_path)
    modes = {path: stat.S_IMODE((tmp_path / path).stat().st_mode) for path in ("cgi-bin/log", "run", "notes")}
    assert modes == {"cgi-bin/log": 0o555, "run": 0o555, "notes": 0o444}
    assert not outside.stat().st_mode & 0o111


def test_a_withheld_check_is_a_cell_that_says_nothing_of_it(tmp_path: Path) -> None:
    checks = tuple(msgspec.structs.replace(one, withheld=number == 1) for number, one in enumerate(EVERY[0].checks))
    exercise = msgspec.structs.replace(EVERY[0], checks=checks)
    text = notebook(exercise, ())
    graded = [cell for cell in nbformat.reads(text, 4).cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert [cell.metadata["nbgrader"]["grade_id"] for cell in graded] == [checks[0].name, "withheld-1"]
    assert checks[1].name not in graded[1].source
    table = (ROOT / exercise.name / "exercise.toml").read_text("utf-8")
    (tmp_path / "exercise.toml").write_text(table.replace("points =", "withheld = true\npoints =", 1), "utf-8")
    (tmp_path / "task.md").write_text("# A task\n", "utf-8")
    assert [one.withheld for one in exercises.load(tmp_path).checks] == [True, *[False] * (len(checks) - 1)]
    (tmp_path / "exercise.toml").write_text(table.replace("points =", "withheld = 1\npoints =", 1), "utf-8")
    with pytest.raises(ExerciseError, match="withheld: expected true or false, found 1"):
        exercises.load(tmp_path)
