"""Who handed in what: the folders of a class as systems and people make them."""

from __future__ import annotations

import errno
import os
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import exercise
from grader.batch.handed import handed
from grader.batch.look import alone, look
from grader.batch.roster import read_roster
from grader.batch.values import Outcome
from grader.errors import InputError, UsageError


def tree(folder: Path, *paths: str) -> Path:
    """A folder with these files in it, and these folders (with a slash at the end)."""
    for path in paths:
        target = folder / path
        (target if path.endswith("/") else target.parent).mkdir(parents=True, exist_ok=True)
        if not path.endswith("/"):
            target.write_bytes(b"FROM scratch\n")
    return folder


@pytest.mark.parametrize(
    ("about", "paths", "expected"),
    [
        ("folders", ("ada/Dockerfile", "bob/Dockerfile"), {"ada": "ada", "bob": "bob"}),
        ("zips", ("ada.zip", "bob.tar.gz", "eve.TGZ"), {"ada": "ada.zip", "bob": "bob.tar.gz", "eve": "eve.TGZ"}),
        ("one folder too deep", ("ada/work/Dockerfile",), {"ada": "ada/work"}),
        ("an archive in a folder", ("ada/answer.zip",), {"ada": "ada/answer.zip"}),
        (
            "Moodle",
            ("Ada Lovelace_123_assignsubmission_file_/Dockerfile", "Bo Yu_77_assignsubmission_file/x.zip"),
            {
                "Ada Lovelace": "Ada Lovelace_123_assignsubmission_file_",
                "Bo Yu": "Bo Yu_77_assignsubmission_file/x.zip",
            },
        ),
        ("Canvas", ("lovelaceada_12_34_answer.zip", "yubo_LATE_12_35_Dockerfile.txt"), {
            "lovelaceada": "lovelaceada_12_34_answer.zip", "yubo": "yubo_LATE_12_35_Dockerfile.txt"}),
        ("Canvas, again", ("a_1_2_x.zip", "a_1_3_x-1.zip", "a_1_4_x-2.zip"), {"a": "a_1_4_x-2.zip"}),
        ("Canvas, no ending", ("a_12_34_Dockerfile", "b_LATE_1_2_Dockerfile-3", "c_1_2_x"), {
            "a": "a_12_34_Dockerfile", "b": "b_LATE_1_2_Dockerfile-3", "c": "c_1_2_x"}),
        ("Canvas, several files", ("a_1_2_app.py", "a_1_3_Dockerfile.txt"), {"a": "a_1_3_Dockerfile.txt"}),
        ("Canvas, two of one name", ("a_1_2_x.zip", "a_7_2_x.zip"), {"a_1": "a_1_2_x.zip", "a_7": "a_7_2_x.zip"}),
        ("Moodle, flat", (
            "Ada L_1_assignsubmission_file_x.zip", "Bo_2_assignsubmission_file_Dockerfile",
            "Bo_2_assignsubmission_file_a.py", "Bo_2_assignsubmission_onlinetext_onlinetext.html",
        ), {"Ada L": "Ada L_1_assignsubmission_file_x.zip", "Bo": "Bo_2_assignsubmission_file_Dockerfile"}),
        ("Moodle, two of one name", (
            "Bo_1_assignsubmission_file_/Dockerfile", "Bo_2_assignsubmission_file_/Dockerfile",
        ), {"Bo_1": "Bo_1_assignsubmission_file_", "Bo_2": "Bo_2_assignsubmission_file_"}),
        ("Moodle, a word beside the file", (
            "Bo_1_assignsubmission_file_/x.zip", "Bo_1_assignsubmission_onlinetext_/onlinetext.html",
        ), {"Bo": "Bo_1_assignsubmission_file_/x.zip"}),
        ("what systems leave", ("__MACOSX/a", ".DS_Store", "ada/Dockerfile", "notes.txt"), {"ada": "ada"}),
        ("git clones", ("ada/.git/HEAD", "ada/Dockerfile"), {"ada": "ada"}),
        ("nothing inside", ("ada/",), {"ada": "ada"}),
        ("other alphabets", ("张伟/Dockerfile", "Zoë.zip"), {"张伟": "张伟", "Zoë": "Zoë.zip"}),
    ],
)  # fmt: skip
def test_who_handed_in_what(about: str, paths: tuple[str, ...], expected: dict[str, str], tmp_path: Path) -> None:
    found = handed([tree(tmp_path, *paths)], ["02-first-dockerfile"])
    assert {one.student: str(Path(one.path).relative_to(tmp_path)) for one in found} == expected, about
    assert not [one.refused for one in found if one.refused]


@pytest.mark.parametrize(
    ("paths", "named"),
    [
        (("ada.zip", "notes.txt", ".DS_Store"), ["notes.txt"]),
        (("a_1_2_x.zip", "a_1_3_x-1.zip"), ["a_1_2_x.zip"]),
        (("a_1_2_Dockerfile", "a_1_3_app.py"), []),
        (
            ("B_1_assignsubmission_file_/x.zip", "B_1_assignsubmission_onlinetext_/onlinetext.html"),
            ["B_1_assignsubmission_onlinetext_"],
        ),
    ],
)
def test_what_is_nobody_s_submission_is_told(paths: tuple[str, ...], named: list[str], tmp_path: Path) -> None:
    told: list[Path] = []
    assert len(handed([tree(tmp_path, *paths)], ["x"], told.append)) == 1
    assert [path.name for path in told] == named


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("a_1_text.html", "a_1_text.html is what was typed into a field of Canvas; expected a Dockerfile"),
        ("a_LATE_1_link.html", "a_LATE_1_link.html is what was typed into a field of Canvas"),
        ("a_1_assignsubmission_onlinetext_/onlinetext.html", "is what was typed into a field of Moodle"),
    ],
)
def test_what_was_typed_is_no_file(path: str, says: str, tmp_path: Path) -> None:
    (found,) = handed([tree(tmp_path, path)], ["x"])
    assert (found.student, says in found.refused) == ("a", True), found.refused


@pytest.mark.parametrize(
    ("about", "given", "expected"),
    [
        ("the names they gave", ("Dockerfile", "app.py"), ("Dockerfile", "app.py")),
        ("an ending of an editor", ("Dockerfile.txt", "app.py"), ("Dockerfile", "app.py")),
        ("two Dockerfiles", ("Dockerfile", "Dockerfile.dev"), ("Dockerfile", "Dockerfile.dev")),
        ("all again", ("Dockerfile-2", "app-1.py", "new.py"), ("Dockerfile", "app.py", "new.py")),
        ("numbers of their own", ("Dockerfile", "part-1.py", "part-2.py"), ("Dockerfile", "part-1.py", "part-2.py")),
        ("both", ("Dockerfile-1", "part-1.py", "part-2.py"), ("Dockerfile", "part-1.py", "part-2.py")),
        ("what is added", ("Dockerfile-1", "python-3.12.zip"), ("Dockerfile", "python-3.12.zip")),
        ("answers, again", ("answers-1.toml", "manifest-1.json"), ("answers.toml", "manifest.json")),
        ("an image", ("image.tar", "notes.txt"), ("image.tar", "notes.txt")),
    ],
)
def test_the_files_of_one_learner_are_one_submission(
    about: str, given: tuple[str, ...], expected: tuple[str, ...], tmp_path: Path
) -> None:
    tree(tmp_path, *(f"a_1_{at}_{name}" for at, name in enumerate(given)), "b_2_9_other.py", "a_1_text.html")
    found = {one.student: one for one in handed([tmp_path], ["x"])}
    with alone(Path(found["a"].path)) as folder:
        there = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert there == dict.fromkeys(expected, b"FROM scratch\n"), about


def test_the_files_of_one_learner_are_graded_as_in_a_folder(tmp_path: Path) -> None:
    tree(tmp_path / "flat", "a_1_2_app.py", "a_1_3_Dockerfile.txt", "b_2_4_Dockerfile")
    tree(tmp_path / "folders", "a/app.py", "a/Dockerfile")
    wanted = exercise.find(exercise.exercises_folder(), "02")
    flat, other = (look(wanted.folder, one.path) for one in handed([tmp_path / "flat"], ["x"]))
    (folder,) = (look(wanted.folder, one.path) for one in handed([tmp_path / "folders"], ["x"]))
    assert isinstance(flat, str)
    assert flat == folder != other


def test_a_folder_that_cannot_be_read_is_the_machine_s_matter_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, "ada/Dockerfile", "bob/Dockerfile")
    listed = Path.iterdir

    def iterdir(path: Path) -> Iterator[Path]:
        if path.name == "ada":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    ada, bob = handed([tmp_path], ["x"])
    assert (ada.refused, bob.fault) == ("", "")
    assert ada.fault == f"{tmp_path}/ada: cannot be read: Permission denied; check who may read it"


@pytest.mark.parametrize(
    "paths", [("ada.zip",), ("ada/Dockerfile",), ("a_1_2_Dockerfile",), ("a_1_2_Dockerfile", "a_1_3_b")]
)
@pytest.mark.parametrize(("code", "judged"), [(errno.EACCES, False), (errno.EIO, False), (errno.ELOOP, True)])
def test_what_who_grades_may_not_read_is_no_refusal(
    paths: tuple[str, ...], code: int, judged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = handed([tree(tmp_path, *paths)], ["x"])
    opened, copied = os.open, shutil.copyfile

    def check(path: object) -> None:
        # The file itself, by its whole path or within the learner's folder; not what is copied of it.
        if str(path) == "Dockerfile" or (str(path).startswith(str(tmp_path)) and not Path(str(path)).is_dir()):
            raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(os, "open", lambda path, *words, **more: check(path) or opened(path, *words, **more))
    monkeypatch.setattr(shutil, "copyfile", lambda path, copy: check(path) or copied(path, copy))
    looked = look(exercise.find(exercise.exercises_folder(), "02").folder, found.path)
    assert isinstance(looked, Outcome)
    assert (bool(looked.refused), bool(looked.fault)) == (judged, not judged)
    assert os.strerror(code) in looked.refused + looked.fault


def test_late_is_what_the_download_says(tmp_path: Path) -> None:
    found = handed([tree(tmp_path, "a_LATE_1_2_x.zip", "b_1_2_x.zip")], ["x"])
    assert {one.student: one.late for one in found} == {"a": True, "b": False}


def test_the_same_name_in_two_forms_of_unicode_is_one_learner(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Zoë")
    found = handed([tree(tmp_path / "one", f"{decomposed}/Dockerfile"), tree(tmp_path / "two", "Zoë.zip")], ["x"])
    assert [one.student for one in found] == ["Zoë"]
    assert "handed in 2 times" in found[0].refused


def test_several_exercises(tmp_path: Path) -> None:
    root = tree(tmp_path, "ada/a/Dockerfile", "ada/b.zip", "bob/b/Dockerfile", "eve/Dockerfile")
    found = {(one.student, one.exercise): one for one in handed([root], ["a", "b"])}
    assert {key: one.path.removeprefix(f"{root}/") for key, one in found.items() if not one.refused} == {
        ("ada", "a"): "ada/a",
        ("ada", "b"): "ada/b.zip",
        ("bob", "b"): "bob/b",
    }
    assert "holds Dockerfile; expected a folder for each exercise: a" in found["eve", "a"].refused


@pytest.mark.parametrize(
    ("paths", "says"),
    [
        ((), "holds no submission"),
        (("Dockerfile",), "is one submission: there is a Dockerfile in it"),
        (("notes.txt",), "holds no submission"),
    ],
)
def test_no_folder_of_a_class(paths: tuple[str, ...], says: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=says):
        handed([tree(tmp_path, *paths)], ["x"])
    with pytest.raises(UsageError, match="is not a folder"):
        handed([tmp_path / "none"], ["x"])


@pytest.mark.parametrize(
    ("name", "student", "says"),
    [
        (b"bad\xff", "bad\\udcff", "bad\\udcff: the name is not UTF-8; give the folder or file a plain name"),
        (b"esc\x1b[2J", "esc\\x1b[2J", "esc\\x1b[2J: the name has a control character in it"),
        (b"two\nlines", "two\\x0alines", "two\\x0alines: the name has a control character in it"),
    ],
)
def test_a_name_that_cannot_be_written_down_is_refused(name: bytes, student: str, says: str, tmp_path: Path) -> None:
    tree(tmp_path, "ada/Dockerfile")
    (tmp_path / os.fsdecode(name)).mkdir()
    found = {one.student: one for one in handed([tmp_path], ["x"])}
    assert set(found) == {"ada", student}
    assert (found["ada"].refused, found[student].path) == ("", "")
    assert says in found[student].refused


def test_a_link_and_an_archive_that_is_not_read_are_not_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, "ada/Dockerfile", "bob.rar", "eve.tar.xz")
    (tmp_path / "mallory").symlink_to(tmp_path / "ada")
    (tmp_path / "notes").symlink_to(tmp_path / "none")
    found = {one.student: one for one in handed([tmp_path], ["x"])}
    assert set(found) == {"ada", "bob", "eve", "mallory"}
    assert "mallory is a link; put the folder itself there" in found["mallory"].refused
    assert found["bob"].path.endswith("bob.rar")


def test_a_roster(tmp_path: Path) -> None:
    file = tmp_path / "class.csv"
    file.write_text('\ufeffstudent,name\nada,"Lovelace, Ada"\n 张伟 ,\n', "utf-8")
    assert read_roster(file) == {
        "ada": {"student": "ada", "name": "Lovelace, Ada"},
        "张伟": {"student": " 张伟 ", "name": ""},
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", r"line 1 has the columns of nothing; one of them has to be `student`"),
        ("name,id\nada,1\n", r"line 1 has the columns name, id"),
        ("student\nada\nbob\nada\n", r"line 4: 'ada' is there twice"),
        ("student,name\n,Ada\n", r"line 2: `student` is empty"),
    ],
)
def test_what_is_no_roster(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text(text)
    with pytest.raises(InputError, match=says):
        read_roster(tmp_path / "class.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read_roster(tmp_path / "none.csv")
