"""Exercises with other values for each learner: the table, the code, what is drawn, and the copy; no engine."""

from __future__ import annotations

import filecmp
import itertools
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader import exercise as exercises
from grader import variants, work
from grader.answers import answers
from grader.batch.grading import take_in
from grader.batch.look import look
from grader.batch.store import store, version_of
from grader.batch.values import HandIn, Outcome
from grader.classroom.notebook import notebook
from grader.cli._grade import learners_own
from grader.errors import ExerciseError, InputError
from grader.model import Exercise
from tests.programs import inside

ROOT = exercises.exercises_folder()
KEY = "0123456789abcdef"
VARIED = [one for name in exercises.names(ROOT) if (one := exercises.load(ROOT / name)).variants]
GOOD = """
title = "A port"
lesson = "04-instructions"
practice = "cache"
minutes = 10
bases = ["busybox:1.37"]

[variants]
port = [8080, 8086]

[[check]]
name = "builds"
points = 1

[[check]]
name = "port_exposed"
points = 2
port = 8080
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exercises" / "04-port"
    (made / "wrong" / "other").mkdir(parents=True)
    (made / "files").mkdir()
    (made / "exercise.toml").write_text(GOOD)
    (made / "task.md").write_text("It listens at port 8080. Nobody needs 18080 or 8080.5.\n")
    (made / "files" / "serve").write_text("#!/bin/sh\nhttpd -p 8080\n")
    (made / "files" / "serve").chmod(0o755)
    (made / "files" / "picture").write_bytes(b"\x00 8080 \xff")
    (made / "wrong" / "other" / "Dockerfile").write_text("FROM busybox:1.37\nEXPOSE 8086\n")
    return made


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("[8080, 8086]", "8080", "expected a list of at least two values"),
        ("[8080, 8086]", "[8080]", "expected a list of at least two values"),
        ("[8080, 8086]", "[8080, true]", "expected texts in quotes or whole numbers"),
        ("[8080, 8086]", "[8080, 8086.5]", "expected texts in quotes or whole numbers"),
        ("[8080, 8086]", "[8080, 8086, 8086]", "'8086' is there twice"),
        ("[8080, 8086]", '[8080, 8086]\nuser = ["8086", "mia"]', "'8086' is there twice"),
        ("[8080, 8086]", "[8086, 8080]", "'8086', does not stand in task.md"),
        ("port = [8080, 8086]", 'Port = ["a", "b"]', "expected a name in small letters"),
        ("port = 8080\n", "port = 80\n", "'8080', stands in no parameter of a check"),
        ("[variants]\nport =", "variants =", "expected a table"),
    ],
)
def test_a_mistake_in_the_table_is_named(folder: Path, was: str, now: str, said: str) -> None:
    (folder / "exercise.toml").write_text(GOOD.replace(was, now, 1))
    with pytest.raises(ExerciseError) as found:
        exercises.load(folder)
    assert "exercises/04-port/exercise.toml: [variants]" in str(found.value)
    assert said in str(found.value)


def test_both_values_change_places_everywhere(folder: Path, tmp_path: Path) -> None:
    before = exercises.load(folder)
    after = variants.with_values(before, {"port": "8086"}, tmp_path / "made")
    copy = Path(after.folder)
    assert after.name == before.name
    assert after.checks[1].parameters == {"port": 8086}
    assert after.task == "It listens at port 8086. Nobody needs 18080 or 8080.5.\n"
    assert (copy / "files" / "serve").read_text() == "#!/bin/sh\nhttpd -p 8086\n"
    assert (copy / "files" / "serve").stat().st_mode & 0o111
    assert (copy / "files" / "serve").stat().st_mtime_ns != (folder / "files" / "serve").stat().st_mtime_ns
    assert (copy / "files" / "picture").read_bytes() == b"\x00 8080 \xff"
    assert (copy / "wrong" / "other" / "Dockerfile").read_text() == "FROM busybox:1.37\nEXPOSE 8080\n"
    assert exercises.load(folder) == before, "the exercise itself stays as it is"
    back = variants.with_values(after, {"port": "8080"}, tmp_path / "made")
    assert not filecmp.dircmp(back.folder, folder).diff_files
    assert {path.name for path in (tmp_path / "made").iterdir()} == {copy.parent.name, Path(back.folder).parent.name}


def test_without_a_code_it_is_the_exercise_itself(folder: Path, tmp_path: Path) -> None:
    before = exercises.load(folder)
    assert variants.own(before, "", tmp_path / "made") is before
    assert not (tmp_path / "made").exists()


def test_what_is_drawn_is_the_same_each_time_and_spread() -> None:
    one = exercises.load(ROOT / "04-volume-expose-label")
    codes = [variants.code_of(KEY, f"s{number:03}") for number in range(300)]
    assert len(set(codes)) == 300
    drawn = [tuple(variants.drawn(one, code).values()) for code in codes]
    assert drawn == [tuple(variants.drawn(one, code).values()) for code in codes]
    assert drawn != [tuple(variants.drawn(one, variants.code_of("f" * 16, f"s{n:03}")).values()) for n in range(300)]
    possible = 1
    for position, values in enumerate(one.variants.values()):
        possible *= len(values)
        counts = [sum(row[position] == value for row in drawn) for value in values]
        assert min(counts) > 300 / len(values) / 2
    same = sum(left == right for left, right in itertools.pairwise(drawn))
    assert same < 20, f"{same} of 299 neighbours have the same of {possible} variants"


@pytest.mark.parametrize("typed", ["", "1234", "zzzz", "{}0", "x{}"])
def test_a_mistyped_code_is_said(typed: str, tmp_path: Path) -> None:
    code = variants.code_of(KEY, "ada")
    with pytest.raises(InputError, match="is not a code"):
        variants.keep_code(tmp_path, typed.format(code[:-1] if typed.endswith("0") and code[-1] != "0" else code))


def test_each_wrong_digit_of_a_code_is_noticed() -> None:
    code = variants.code_of(KEY, "ada")
    for place, digit in enumerate(code):
        other = "0" if digit != "0" else "1"
        with pytest.raises(InputError):
            variants.checked(code[:place] + other + code[place + 1 :], "here")


def test_a_code_is_kept_and_the_variable_goes_before_it(tmp_path: Path) -> None:
    ada, bob = variants.code_of(KEY, "ada"), variants.code_of(KEY, "bob")
    assert variants.my_code(tmp_path, {}) == ""
    variants.keep_code(tmp_path, f" {ada[:4]}-{ada[4:].upper()}\n")
    assert variants.my_code(tmp_path, {}) == ada
    assert variants.my_code(tmp_path, {"DRYDOCK_CODE": bob}) == bob


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "variants.key"
    with pytest.raises(InputError, match="cannot be read"):
        variants.read_key(file)
    key = variants.new_key(file)
    assert variants.new_key(file) == variants.read_key(file) == key
    assert file.stat().st_mode & 0o077 == 0
    file.write_text("short\n")
    with pytest.raises(InputError, match="5 characters"):
        variants.new_key(file)


@pytest.mark.parametrize("exercise", VARIED, ids=lambda one: one.name)
def test_each_exercise_with_variants_can_be_read_with_all_its_values(exercise: Exercise, tmp_path: Path) -> None:
    for number in range(max(map(len, exercise.variants.values()))):
        values = {name: each[number % len(each)] for name, each in exercise.variants.items()}
        own = variants.with_values(exercise, values, tmp_path)
        assert [(one.name, one.points) for one in own.checks] == [(one.name, one.points) for one in exercise.checks]
        assert len(answers(own)) == len(answers(exercise))
        for value in values.values():
            assert value in own.task


def test_the_same_files_are_another_thing_for_other_values(folder: Path, tmp_path: Path) -> None:
    answer = str(folder / "wrong" / "other")
    before = exercises.load(folder)
    after = variants.with_values(before, {"port": "8086"}, tmp_path / "made")
    assert look(before.folder, answer) == look(before.folder, answer)
    assert look(before.folder, answer) != look(after.folder, answer)


def test_files_that_a_learner_has_not_changed_get_their_values(folder: Path, tmp_path: Path) -> None:
    before = exercises.load(folder)
    after = variants.with_values(before, {"port": "8086"}, tmp_path / "made")
    own = tmp_path / "answer"
    work.begin(before, own)
    (own / "picture").write_bytes(b"mine")
    assert work.replace(before, after, own) == ("serve",)
    assert (own / "serve").read_text() == "#!/bin/sh\nhttpd -p 8086\n"
    assert (own / "serve").stat().st_mode & 0o111
    (own / "serve").write_text("my own, 8080\n")
    assert work.replace(before, after, own) == ()


def test_a_class_is_graded_by_each_learners_own_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRYDOCK_HOME", str(tmp_path / "home"))
    one = exercises.load(ROOT / "04-volume-expose-label")
    version = version_of(Path(one.folder))
    key = tmp_path / "variants.key"
    key.write_text(KEY)
    same = str(Path(one.folder) / "solution")
    class_ = [HandIn(student=name, exercise=one.name, path=same) for name in ("ada", "bob", "eve")]
    with store(tmp_path / "out") as kept, ThreadPoolExecutor(1) as executor:
        course = {one.name: (one, version)}
        plain = take_in(class_, course, kept, executor, own=learners_own(None, kept))
        assert [job.exercise for job in plain] == [one], "without a key the three are the same"
        jobs = take_in(class_, course, kept, executor, own=learners_own(key, kept))
        ports = [variants.drawn(one, variants.code_of(KEY, name))["port"] for name in ("ada", "bob", "eve")]
        assert [str(check.parameters["port"]) for job in jobs for check in job.exercise.checks[3:4]] == ports
        kept.keep(one.name, version, jobs[0].digest, Outcome(report=b"{}"))
        left = take_in(class_, course, kept, executor, own=learners_own(None, kept))
        assert [job.digest for job in left] == [job.digest for job in jobs[1:]], "the key is remembered"


def test_the_notebook_of_an_exercise_with_variants_shows_the_learners_own_task() -> None:
    one = exercises.load(ROOT / "04-volume-expose-label")
    assert b"%task 04-volume-expose-label answer" in notebook(one, ())
    assert b"%task" not in notebook(exercises.load(ROOT / "00-hello"), ())


def test_start_and_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roster = tmp_path / "class.csv"
    roster.write_text("student\nada\nbob\n")
    made = inside("classroom", "codes", str(roster), "--key", str(tmp_path / "variants.key"))
    assert made.returncode == 0, made.stderr
    codes = dict(line.replace('"', "").split(",") for line in made.stdout.split()[1:])
    assert list(codes) == ["ada", "bob"]
    again = inside("classroom", "codes", str(roster), "--key", str(tmp_path / "variants.key"))
    assert again.stdout == made.stdout
    monkeypatch.setenv("DRYDOCK_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("DRYDOCK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DRYDOCK_CODE", raising=False)
    one = exercises.load(ROOT / "04-volume-expose-label")
    values = variants.drawn(one, codes["ada"])
    begun = inside("start", one.name, "--code", codes["ada"])
    assert begun.returncode == 0, begun.stderr
    assert f"Logbook of the {values['place']}" in begun.stdout
    own = tmp_path / "work" / one.name / "logbook"
    assert f"httpd -f -p {values['port']} -h" in own.read_text()
    mistyped = inside("start", one.name, "--code", codes["ada"][:-1] + "g")
    assert mistyped.returncode == 2
    assert "--code" in mistyped.stderr


@pytest.mark.parametrize("there", VARIED, ids=[one.name for one in VARIED])
def test_nothing_that_is_asked_for_keeps_a_first_value(there: Exercise, tmp_path: Path) -> None:
    given = variants.with_values(there, variants.last(there), tmp_path)
    asked = str([item.parameters for item in given.checks])
    assert [first for first, *_ in there.variants.values() if first in asked] == []


def test_a_copy_of_a_drydock_that_found_words_in_another_way_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = VARIED[0]
    before = variants.with_values(there, variants.last(there), tmp_path)
    monkeypatch.setattr(variants, "as_words", lambda values: re.compile("|".join(map(re.escape, values))))
    assert variants.with_values(there, variants.last(there), tmp_path).folder != before.folder
