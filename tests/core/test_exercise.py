"""Exercise folders are read, and each mistake in one is named with its file, its key and what was expected."""

import shutil
from pathlib import Path

import pytest

from grader import exercise
from grader.errors import ExerciseError, UsageError

GOOD = """
title = "Keep the cache warm"
lesson = "05-best-practices"
practice = "cache"
minutes = 10
bases = ["busybox:1.37"]

[[check]]
name = "builds"
points = 2
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "05-cache"
    made.mkdir()
    (made / "task.md").write_text("Do it.\n")
    (made / "exercise.toml").write_text(GOOD)
    return made


def test_the_instructions_that_it_teaches_are_named(folder: Path) -> None:
    assert exercise.load(folder).teaches == ()
    (folder / "exercise.toml").write_text(GOOD.replace("minutes = 10", 'minutes = 10\nteaches = ["FROM", "COPY"]'))
    assert exercise.load(folder).teaches == ("FROM", "COPY")


def test_what_each_build_is_given_is_read(folder: Path) -> None:
    (folder / "files").mkdir()
    (folder / "files" / "token.txt").write_text("x")
    given = '[build]\narguments = { A = "b" }\nsecrets = { token = "token.txt" }\n[[check]]'
    (folder / "exercise.toml").write_text(GOOD.replace("[[check]]", given))
    build = exercise.load(folder).build
    assert (build.arguments, build.secrets) == ({"A": "b"}, {"token": "token.txt"})


def test_a_good_folder_is_read(folder: Path) -> None:
    (folder / "hints.md").write_text("# Hints\n\n## builds\n- Where to\n  look.\n- What to look up.\n")
    found = exercise.load(folder)
    assert (found.name, found.title, found.max_score, found.bases) == (
        "05-cache",
        "Keep the cache warm",
        2,
        ("busybox:1.37",),
    )
    assert found.checks[0].hints == ("Where to look.", "What to look up.")
    assert found.task == "Do it.\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "Keep the cache warm"', "", "exercise.toml: title: expected a text in quotes, found nothing"),
        ("minutes = 10", 'minutes = "10"', "exercise.toml: minutes: expected a whole number above 0, found '10'"),
        ("minutes = 10", "minutes = true", "minutes: expected a whole number above 0, found True"),
        ("minutes = 10", "minuts = 10", "'minuts' is not a key of an exercise; did you mean 'minutes'?"),
        ('bases = ["busybox:1.37"]', "bases = []", "bases: expected a list with at least one name, found []"),
        ('bases = ["busybox:1.37"]', "bases = [7]", "bases: expected a list of image names"),
        ('name = "builds"', 'name = "build"', "[[check]] 1: there is no check 'build'; did you mean 'builds'?"),
        ("points = 2", "points = 0", "[[check]] 1: points: expected a number above 0, found 0"),
        ("points = 2", 'points = "2"', "[[check]] 1: points: expected a number above 0, found '2'"),
        ("points = 2", "", "[[check]] 1: points: expected a number above 0, found nothing"),
        ("points = 2", "points = 2\nedit = 1", "'edit' is not a parameter of builds"),
        ("points = 2", 'points = 2\n[[check]]\nname = "builds"\npoints = 1', "the check 'builds' stands there twice"),
        *(
            ("[[check]]", f'[[check]]\nname = "answers_http"\npoints = 1\n{given}\n[[check]]', f"answers_http: {said}")
            for given, said in (
                ('port = "http"', "port: expected a whole number, found a text in quotes"),
                ("port = [80]", "port: expected a whole number, found a list"),
                ("port = 80\nbody = true", "body: expected a text in quotes, found true or false"),
                ("", "port: is missing"),
            )
        ),
        ("[[check]]", "[[chekc]]", "'chekc' is not a key of an exercise; did you mean 'check'?"),
        ("minutes = 10", 'minutes = 10\nteaches = "FROM"', "teaches: expected a list of instructions"),
        ("minutes = 10", 'minutes = 10\nteaches = ["COYP"]', "no instruction 'COYP'; did you mean 'COPY'?"),
        ("minutes = 10", "minutes = ", "exercise.toml: is not TOML"),
        ("[[check]]", "[limits]\nbuild_second = 1\n[[check]]", "'build_second' is not a key"),
        ("[[check]]", '[limits]\nbuild_seconds = "x"\n[[check]]', "[limits]: "),
        ("[[check]]", "[limits]\nbuild_seconds = -1\n[[check]]", "[limits]: build_seconds: expected a number above 0"),
        ("[[check]]", "[limits]\nrun_seconds = inf\n[[check]]", "[limits]: run_seconds: expected a number above 0"),
        ("[[check]]", "[limits]\nprocesses = 0\n[[check]]", "[limits]: processes: expected a number above 0, found 0"),
        ("minutes = 10", "minutes = -5", "minutes: expected a whole number above 0, found -5"),
        ("points = 2", "points = nan", "[[check]] 1: points: expected a number above 0, found nan"),
        ("points = 2", "points = inf", "[[check]] 1: points: expected a number above 0, found inf"),
        ('[[check]]\nname = "builds"\npoints = 2', 'check = ["builds"]', "1: expected a table with a name and points"),
        ("[[check]]", '[build]\nargument = { A = "b" }\n[[check]]', "[build]: 'argument' is not a key"),
        ("[[check]]", '[build]\narguments = "A=b"\n[[check]]', "[build]: "),
        ("[[check]]", '[build]\nsecrets = { token = "token.txt" }\n[[check]]', "there is no file files/token.txt"),
    ],
)
def test_a_mistake_is_named(folder: Path, old: str, new: str, said: str) -> None:
    (folder / "exercise.toml").write_text(GOOD.replace(old, new))
    with pytest.raises(ExerciseError) as error:
        exercise.load(folder)
    assert said in str(error.value)
    assert "05-cache" in str(error.value)


@pytest.mark.parametrize("name", ["task.md", "hints.md"])
def test_a_text_that_is_not_utf8_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"abc \xff\n")
    with pytest.raises(ExerciseError) as error:
        exercise.load(folder)
    assert str(error.value).startswith(f"exercises/05-cache/{name}: byte 5 is not UTF-8")


def test_a_missing_task_is_named(folder: Path) -> None:
    (folder / "task.md").unlink()
    with pytest.raises(ExerciseError, match=r"05-cache/task\.md: is missing"):
        exercise.load(folder)


def test_hints_for_a_check_that_is_not_there(folder: Path) -> None:
    (folder / "hints.md").write_text("## builts\n- Look.\n")
    with pytest.raises(ExerciseError, match=r"hints\.md: '## builts' is not a check of this exercise"):
        exercise.load(folder)


@pytest.mark.parametrize("wanted", ["05-cache", "05", "cache", "{folder}", "05-c", "ca"])
def test_an_exercise_is_found_by(folder: Path, wanted: str) -> None:
    assert exercise.find(folder.parent, wanted.format(folder=folder)).name == "05-cache"


def test_a_path_elsewhere_is_never_the_courses_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course, elsewhere = folder.parent / "course/exercises", folder.parent / "elsewhere/exercises"
    for above in (course, elsewhere):
        shutil.copytree(folder, above / folder.name)
    file = elsewhere / folder.name / "exercise.toml"
    file.write_text(GOOD.replace("Keep the cache warm", "Another"))
    assert exercise.find(course, str(elsewhere / folder.name)).title == "Another"
    assert exercise.find(course, str(course / folder.name)).title == "Keep the cache warm"
    assert exercise.find(course, "exercises/05-cache").title == "Keep the cache warm"
    monkeypatch.chdir(elsewhere.parent)
    assert exercise.find(course, "exercises/05-cache").title == "Another"
    file.unlink()
    with pytest.raises(UsageError, match="there is no exercise"):
        exercise.find(course, str(elsewhere / folder.name))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("05-cahe", "did you mean '05-cache'?"),
        ("99", "the exercises: 05-cache"),
        ("../..", "there is no exercise '../..'"),
        ("", "there is no exercise ''"),
    ],
)
def test_an_unknown_exercise_is_refused(folder: Path, wanted: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        exercise.find(folder.parent, wanted)
    assert said in str(error.value)


@pytest.mark.parametrize("wanted", ["05", "5"])
def test_a_number_that_several_exercises_have_is_no_typing_error(folder: Path, wanted: str) -> None:
    for name in ("04-other", "05-more"):
        shutil.copytree(folder, folder.parent / name)
    with pytest.raises(UsageError) as error:
        exercise.find(folder.parent, wanted)
    assert str(error.value) == f"several exercises have the number '{wanted}'\n  name one of: 05-cache, 05-more"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [("05-c", "begin with '05-c'\n  name one of: 05-cache, 05-cargo"), ("ca", "begin with 'ca'\n  name one of: 05-ca")],
)
def test_a_beginning_that_several_exercises_have_is_not_enough(folder: Path, wanted: str, said: str) -> None:
    for name in ("05-cargo", "04-other"):
        shutil.copytree(folder, folder.parent / name)
    with pytest.raises(UsageError) as error:
        exercise.find(folder.parent, wanted)
    assert said in str(error.value)
    assert exercise.find(folder.parent, "ot").name == "04-other"


def test_a_number_needs_no_nought_in_front(folder: Path) -> None:
    assert exercise.find(folder.parent, "5").name == "05-cache"
