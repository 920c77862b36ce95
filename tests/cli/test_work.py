"""The learner's folder: begun, never overwritten, set back with everything kept; and whether something was saved."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import exercise, progress, variants, work
from grader.model import Report
from grader.watching import Watched
from tests.cli.conftest import Said

TWO = exercise.load(exercise.exercises_folder() / "02-first-dockerfile")
Run = Callable[..., Said]


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM mine\n")
    assert work.begin(TWO, tmp_path) == ("iam-apiserver",)
    assert (tmp_path / "Dockerfile").read_text() == "FROM mine\n"
    assert os.access(tmp_path / "iam-apiserver", os.X_OK)
    assert work.begin(TWO, tmp_path) == ()


def test_a_reset_keeps_what_was_changed_each_time(tmp_path: Path) -> None:
    work.begin(TWO, tmp_path)
    assert work.reset(TWO, tmp_path) == {}
    for number in (1, 2):
        (tmp_path / "Dockerfile").write_text(f"FROM mine:{number}\n")
        assert work.reset(TWO, tmp_path) == {"Dockerfile": f"Dockerfile.before-{number}"}
        assert (tmp_path / f"Dockerfile.before-{number}").read_text() == f"FROM mine:{number}\n"
    (tmp_path / "iam-apiserver").unlink()
    assert work.reset(TWO, tmp_path) == {}
    assert (tmp_path / "iam-apiserver").exists()


@pytest.mark.parametrize(
    ("path", "own"),
    [("02-first-dockerfile", True), ("02-first-dockerfile/Dockerfile", True), ("05-cache", False), (".", False)],
)
def test_which_folder_is_the_learners_own(tmp_path: Path, path: str, own: bool) -> None:
    assert work.is_own(tmp_path / path, tmp_path, TWO) is own


def test_a_file_that_is_saved_is_seen_once_and_only_when_it_has_come_to_rest(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text("one")
    watched = Watched(tmp_path)
    assert not watched.saved()
    file.write_text("two and")
    assert not watched.saved()
    file.write_text("two and more")
    assert not watched.saved()
    assert watched.saved()
    assert not watched.saved()
    file.unlink()
    assert [watched.saved(), watched.saved(), watched.saved()] == [False, True, False]


@pytest.mark.parametrize("name", ["Dockerfile~", ".Dockerfile.swp", "4913", ".#Dockerfile", ".git/index", "a.tmp"])
def test_what_an_editor_keeps_for_a_moment_is_no_change(tmp_path: Path, name: str) -> None:
    watched = Watched(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x")
    assert [watched.saved(), watched.saved()] == [False, False]


def test_start_says_what_to_do_and_copies_once(drydock: Run, tmp_path: Path) -> None:
    first = drydock("start", "02", DRYDOCK_WORK=str(tmp_path))
    assert first.returncode == 0
    assert "2 files copied into" in first.stdout
    assert "drydock watch 02-first-dockerfile" in first.stdout
    assert (tmp_path / "02-first-dockerfile/Dockerfile").is_file()
    assert "is all there already" in drydock("start", "02", DRYDOCK_WORK=str(tmp_path)).stdout
    assert drydock("start", "02", tmp_path / "else", DRYDOCK_WORK=str(tmp_path)).returncode == 0
    assert (tmp_path / "else/iam-apiserver").is_file()
    (tmp_path / "file").touch()
    refused = drydock("start", "02", tmp_path / "file" / "x", DRYDOCK_WORK=str(tmp_path))
    assert (refused.returncode, "a folder that you may write to" in refused.stderr) == (2, True)


@pytest.mark.parametrize("words", [["watch", "02"], ["start", "02"], ["start", "02", "--code", "{code}"]])
def test_a_folder_that_nobody_can_write_to_is_named(drydock: Run, words: list[str]) -> None:
    code = variants.code_of("k" * 16, "eve")
    said = drydock(*(word.format(code=code) for word in words), DRYDOCK_WORK="/proc/none")
    assert (said.returncode, "Traceback" in said.stderr) == (2, False), said.stderr
    assert "/proc/none" in said.stderr
    assert "that you may write to" in said.stderr


def test_the_list_shows_how_far_one_is(drydock: Run, tmp_path: Path) -> None:
    assert "··········  not tried yet" in drydock("list", DRYDOCK_WORK=str(tmp_path)).stdout
    for score in (8, 4):
        progress.note(tmp_path, Report(exercise=TWO.name, status="failed", score=score, max_score=16, checks=()))
    assert "█████·····  best 8 of 16, 2 tries" in drydock("list", DRYDOCK_WORK=str(tmp_path)).stdout
    progress.note(tmp_path, Report(exercise=TWO.name, status="passed", score=16, max_score=16, checks=()))
    shown = drydock("list", DRYDOCK_WORK=str(tmp_path)).stdout
    assert "██████████  passed, 3 tries" in shown
    assert "1 of " in shown


def test_the_solution_is_shown_after_a_pass_or_anyway(drydock: Run, tmp_path: Path) -> None:
    before = drydock("solution", "02", DRYDOCK_WORK=str(tmp_path))
    assert (before.returncode, before.stdout, "--anyway" in before.stderr) == (2, "", True)
    assert "ENTRYPOINT" in drydock("solution", "02", "--anyway", DRYDOCK_WORK=str(tmp_path)).stdout
    progress.note(tmp_path, Report(exercise=TWO.name, status="passed", score=16, max_score=16, checks=()))
    after = drydock("solution", "02", DRYDOCK_WORK=str(tmp_path))
    assert (after.returncode, after.stdout) == (0, (Path(TWO.folder) / "solution/Dockerfile").read_text())


def test_without_a_path_the_learners_own_folder_is_checked(drydock: Run, tmp_path: Path) -> None:
    folder = tmp_path / "02-first-dockerfile"
    folder.mkdir()
    (folder / "Dockerfile").write_text("RUUN x\n")
    done = drydock("check", "02", DRYDOCK_WORK=str(tmp_path))
    assert (done.returncode, "RUUN" in done.stdout) == (1, True)
    assert progress.read(tmp_path)[TWO.name].tries == 1


@pytest.mark.parametrize("command", ["start", "watch", "solution", "course", "course check", "course new"])
def test_help(drydock: Run, command: str) -> None:
    result = drydock(*command.split(), "--help")
    assert (result.returncode, "usage: ./drydock" in result.stdout) == (0, True)


def test_only_a_check_of_the_learners_own_folder_is_kept(drydock: Run, tmp_path: Path) -> None:
    for folder in (tmp_path / "02-first-dockerfile", tmp_path / "else"):
        folder.mkdir()
        (folder / "Dockerfile").write_text("RUUN x\n")
        assert drydock("check", "02", folder, DRYDOCK_WORK=str(tmp_path)).returncode == 1
    assert progress.read(tmp_path)[TWO.name].tries == 1
