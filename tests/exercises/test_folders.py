"""The exercise folders themselves: whole, and each check failed by an answer that is wrong on purpose."""

import gzip
import hashlib
import re
import runpy
import subprocess
import zipfile
from pathlib import Path

import pytest

from grader import checks, exercise
from grader.answers import SOURCE, answers, lay_out
from grader.errors import ExerciseError
from grader.model import Exercise

ROW = re.compile(r"^\| (?P<points>[\d.]+) \|.*\| `(?P<name>\w+)` \|$", re.MULTILINE)


def test_there_are_enough_answers(course_exercise: Exercise) -> None:
    kinds = [answer.kind for answer in answers(course_exercise)]
    assert kinds.count("starter") == kinds.count("solution") == 1
    assert kinds.count("right") >= 4
    assert kinds.count("wrong") >= 6


def test_every_check_is_failed_by_a_wrong_answer(course_exercise: Exercise) -> None:
    failed = {name for answer in answers(course_exercise) for name in answer.fails}
    assert failed == {item.name for item in course_exercise.checks}


def test_the_lines_that_wrong_answers_name_are_there(course_exercise: Exercise) -> None:
    for answer in answers(course_exercise):
        lines = (Path(answer.folder) / SOURCE[course_exercise.submission]).read_text().splitlines()
        for name, line in answer.fails.items():
            assert line == 0 or lines[line - 1].strip(), f"{answer.name}: {name} = {line}"


def test_no_two_answers_are_the_same(course_exercise: Exercise) -> None:
    contents = [
        tuple((path.relative_to(answer.folder), path.read_bytes()) for path in sorted(Path(answer.folder).rglob("*"))
              if path.is_file() and path.name != "expect.toml")
        for answer in answers(course_exercise)
    ]  # fmt: skip
    assert len(set(contents)) == len(contents)


def test_the_task_says_each_check_with_its_points(course_exercise: Exercise) -> None:
    said = {row["name"]: float(row["points"]) for row in ROW.finditer(course_exercise.task)}
    assert said == {item.name: item.points for item in course_exercise.checks}
    assert f"{course_exercise.max_score:g} points" in course_exercise.task


def test_the_commands_of_the_task_find_their_exercise(course_exercise: Exercise) -> None:
    task = Path(course_exercise.folder, "task.md").read_text("utf-8")
    named = re.findall(r"\./drydock (?:check|start|watch|solution) ([0-9a-z-]+)", task)
    assert named
    assert {exercise.find(exercise.exercises_folder(), name).name for name in named} == {course_exercise.name}


def test_the_task_names_every_base_image_and_what_is_asked_for(course_exercise: Exercise) -> None:
    for base in course_exercise.bases:
        assert f"`{base}`" in course_exercise.task
    for item in course_exercise.checks:
        for key in ("path", "port", "offset", "edit", "step"):
            if key in item.parameters:
                assert str(item.parameters[key]) in course_exercise.task, f"{item.name}: {key}"


def test_every_check_has_one_to_three_hints(course_exercise: Exercise) -> None:
    for item in course_exercise.checks:
        assert 1 <= len(item.hints) <= 3, item.name


def test_no_hint_gives_the_command_away(course_exercise: Exercise) -> None:
    source = SOURCE[course_exercise.submission]
    solution = (Path(course_exercise.folder) / "solution" / source).read_text().splitlines()
    for item in course_exercise.checks:
        for hint in item.hints:
            assert not [line for line in solution if line.strip() and line.strip() in hint], item.name


def test_words_for_learners_do_not_shout(course_exercise: Exercise) -> None:
    for file in ("task.md", "hints.md"):
        text = (Path(course_exercise.folder) / file).read_text()
        assert "!" not in text.replace("#!", "")
        assert "simply" not in text


def test_the_solution_is_not_among_what_the_learner_is_given(course_exercise: Exercise) -> None:
    given = Path(course_exercise.folder) / "files"
    assert not list(given.rglob("Dockerfile"))
    assert all(path.stat().st_size < 100_000 for path in given.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", checks.names())
def test_a_check_has_its_whole_page(name: str) -> None:
    check = checks.load(name)
    assert check.title.endswith(".")
    assert tuple(check.sections) == checks.HEADINGS
    assert all(check.sections.values())
    assert "!" not in check.page


def test_an_answer_is_laid_over_what_is_given_and_without_what_it_is_expected_to_fail(tmp_path: Path) -> None:
    five = exercise.load(exercise.exercises_folder() / "05-cache")
    lay_out(five, Path(five.folder) / "wrong/hidden-in-a-script", tmp_path / "context")
    found = {path.relative_to(tmp_path / "context").as_posix() for path in (tmp_path / "context").rglob("*")}
    assert {"Dockerfile", "install.sh", "app.py", "requirements.txt", "wheels"} <= found
    assert "expect.toml" not in found


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        (None, "cannot be read"),
        ("[fails", "is not TOML"),
        ("", "expected a table [fails]"),
        ("[fails]\n", "[fails] is empty"),
        ("[fails]\nbuilds = 'one'", "expected a table [fails]"),
        ("[fails]\nbuild = 1", "'build' is not a check of this exercise"),
    ],
)
def test_a_mistake_in_expect_toml_is_named(tmp_path: Path, expected: str | None, message: str) -> None:
    folder = tmp_path / "wrong" / "one"
    for place in (tmp_path / "starter", tmp_path / "solution", folder):
        place.mkdir(parents=True)
        (place / "Dockerfile").write_text("FROM scratch\n")
    if expected is not None:
        (folder / "expect.toml").write_text(expected)
    (tmp_path / "task.md").write_text("Do it.\n")
    (tmp_path / "exercise.toml").write_text(
        'title = "t"\nlesson = "l"\npractice = "p"\nminutes = 1\nbases = ["busybox:1.37"]\n'
        '[[check]]\nname = "builds"\npoints = 1\n'
    )
    with pytest.raises(ExerciseError, match=r"wrong/one/expect\.toml") as error:
        answers(exercise.load(tmp_path))
    assert message in str(error.value)


def test_an_answer_without_a_dockerfile_is_named(tmp_path: Path) -> None:
    five = exercise.load(exercise.exercises_folder() / "05-cache")
    with pytest.raises(ExerciseError, match=r"starter/Dockerfile: is missing"):
        answers(Exercise(**{name: getattr(five, name) for name in five.__struct_fields__} | {"folder": str(tmp_path)}))


def test_the_wheel_is_what_its_script_builds(tmp_path: Path) -> None:
    folder = exercise.exercises_folder() / "05-cache"
    built = runpy.run_path(str(folder / "library/build_wheel.py"))["write"](tmp_path)
    assert built.read_bytes() == (folder / "files/wheels" / built.name).read_bytes()
    with zipfile.ZipFile(built) as wheel:
        assert wheel.testzip() is None


def test_the_programs_of_exercise_03_are_what_their_script_builds(tmp_path: Path) -> None:
    folder = exercise.exercises_folder() / "03-scratch"
    for built in runpy.run_path(str(folder / "library/build_beacon.py"))["write"](tmp_path):
        given = folder / "files" / built.name
        assert built.read_bytes() == given.read_bytes()
        assert given.stat().st_mode & 0o111


def test_the_program_of_exercise_02_can_be_executed_and_needs_only_perl_base() -> None:
    program = exercise.exercises_folder() / "02-first-dockerfile/files/iam-apiserver"
    assert program.stat().st_mode & 0o111
    assert program.read_bytes().startswith(b"#!/usr/bin/perl\n")
    used = set(re.findall(r"^use ([\w:]+)", program.read_text(), re.MULTILINE))
    assert used == {"strict", "warnings", "Getopt::Long", "IO::Socket::INET", "POSIX"}
    listed = subprocess.run(["git", "ls-files", "-s", str(program)], capture_output=True, text=True, cwd=program.parent)
    assert listed.stdout.startswith("100755") or listed.returncode


def test_the_archives_of_copy_rather_than_add_are_what_their_script_builds() -> None:
    folder = exercise.exercises_folder() / "05-copy-rather-than-add"
    built = runpy.run_path(str(folder / "library/build_archives.py"))["built"]
    given = {name: (folder / f"files/{name}.tar.gz").read_bytes() for name in ("theme", "charts")}
    assert {name: gzip.decompress(built(name)) for name in given} == {n: gzip.decompress(d) for n, d in given.items()}
    wanted = next(item for item in exercise.load(folder).checks if item.name == "file_as_given")
    assert wanted.parameters["sha256"] == hashlib.sha256(given["charts"]).hexdigest()
