"""The editor of a file: what is on disk counts, a save writes, and nothing is overwritten unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import progress
from grader.model import Report
from labkit import editing, exercises
from labkit.editing import FileEditor, edit, read
from labkit.errors import CellError
from labkit.findings import findings
from labkit.panel import ExercisePanel, given_files
from scripts.build_widgets import BUNDLE, digest, signed


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileEditor:
    """An editor that is shown; it looks at the disk when the test says so."""
    monkeypatch.setattr(FileEditor, "_look", lambda _: None)
    (tmp_path / "Dockerfile").write_text("FROM busybox:1.37\n")
    editor = FileEditor(tmp_path / "Dockerfile")
    editor.show()
    return editor


def press(editor: FileEditor, text: str, over: str | None = None) -> None:
    """What the button Save does."""
    assert editor._shown is not None
    widget = editor._shown.widget
    editor._pressed(widget, {"do": "save", "text": text, "over": widget.disk["digest"] if over is None else over}, [])


def test_a_save_writes_the_file_byte_for_byte(opened: FileEditor) -> None:
    press(opened, "FROM busybox:1.37\r\nRUN true\r\n")
    assert opened.path.read_bytes() == b"FROM busybox:1.37\r\nRUN true\r\n"
    assert opened._shown is not None
    assert opened._shown.widget.disk["digest"] == read(opened.path)["digest"]
    assert opened._shown.widget.said == ""


def test_a_change_on_disk_is_shown_with_what_is_found_in_it(opened: FileEditor) -> None:
    opened.path.write_text("FROM busybox:1.37\nCPOY a b\n")
    opened.look()
    assert opened._shown is not None
    assert opened._shown.widget.disk["text"] == "FROM busybox:1.37\nCPOY a b\n"
    assert [(one["line"], one["kind"]) for one in opened._shown.widget.found] == [(2, "error")]


def test_a_file_that_was_changed_meanwhile_is_not_overwritten_but_told(opened: FileEditor) -> None:
    before = read(opened.path)["digest"]
    opened.path.write_text("FROM theirs:1\n")
    press(opened, "FROM mine:1\n", over=before)
    assert opened.path.read_text() == "FROM theirs:1\n"
    assert opened._shown is not None
    assert "changed on disk" in opened._shown.widget.said
    assert opened._shown.widget.disk["text"] == "FROM theirs:1\n"
    press(opened, "FROM mine:1\n")
    assert opened.path.read_text() == "FROM mine:1\n"


def test_an_unsaved_text_is_read_and_can_be_saved_for_a_check(opened: FileEditor) -> None:
    assert not opened.save_draft()
    assert opened._shown is not None
    opened._shown.widget.draft = "from busybox:1.37\n"
    assert [one["kind"] for one in opened._shown.widget.found] == ["lost"]
    assert opened.save_draft()
    assert opened.path.read_text() == "from busybox:1.37\n"
    assert opened.draft is None


@pytest.mark.parametrize(
    ("data", "there", "readable"),
    [(None, False, True), (b"FROM a:1\n", True, True), (b"\xff\xfe", True, False), (b"#" * 200_001, True, False)],
)
def test_what_lies_on_disk(tmp_path: Path, data: bytes | None, there: bool, readable: bool) -> None:
    if data is not None:
        (tmp_path / "Dockerfile").write_bytes(data)
    found = read(tmp_path / "Dockerfile")
    assert (found["there"], found["readable"]) == (there, readable)


def test_the_twin_has_the_findings_under_their_lines(opened: FileEditor) -> None:
    opened.path.write_text("from busybox:1.37\n# <b>\n")
    text, html = opened._twins(read(opened.path))
    assert text.splitlines()[1] == "   1 │ from busybox:1.37"
    assert "not in capitals" in text.splitlines()[2]
    assert "<b>" not in html


def test_a_folder_that_is_not_there_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(CellError, match="no folder"):
        edit(tmp_path / "none" / "Dockerfile")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('FROM busybox:1.37\nCMD ["true"]\n', []),
        ("FROM busybox\n", [(1, "lost")]),
        ("FROM busybox:1.37\nrun true\n", [(2, "lost")]),
        ("FROM busybox:1.37\nRUN --nosuch=1 true\n", [(2, "error")]),
        ("", []),
    ],
)
def test_what_is_found_without_a_build(text: str, kinds: list[tuple[int, str]]) -> None:
    assert [(one["line"], one["kind"]) for one in findings(text) if one["kind"] != "remark"] == kinds


def test_an_exercise_looks_for_what_it_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRYDOCK_WORK", str(tmp_path))
    capitals, hello = exercises.find("05-capitals"), exercises.find("00-hello")
    assert [one["line"] for one in findings("from busybox:1.37\n", capitals) if one["kind"] == "lost"] == [1]
    assert [one for one in findings("from busybox:1.37\n", hello) if one["kind"] == "lost"] == []


def test_the_panel_saves_before_its_check_and_shows_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRYDOCK_WORK", str(tmp_path))
    monkeypatch.setattr(editing, "LOOK_SECONDS", 0.01)
    panel = ExercisePanel(exercises.find("02-first-dockerfile"))
    panel.show()
    assert panel._editor is not None
    assert panel._editor._shown is not None
    panel._editor._shown.widget.draft = "FROM mine:1\n"
    checked: list[str] = []
    monkeypatch.setattr(
        panel, "check", lambda: checked.append((tmp_path / "02-first-dockerfile/Dockerfile").read_text())
    )
    panel._save_and_check()
    assert checked == ["FROM mine:1\n"]
    panel.reset()
    assert panel._editor._shown.widget.disk["text"] != "FROM mine:1\n"
    given = given_files(tmp_path / "02-first-dockerfile", "Dockerfile")
    assert [one["name"] for one in given] == ["iam-apiserver"]
    assert given[0]["text"].startswith("#!")


def test_a_cancelled_check_judges_nothing_and_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRYDOCK_WORK", str(tmp_path))
    panel = ExercisePanel(exercises.find("00-hello"))

    def cancelled(*_: object) -> Report:
        panel._pressed(None, {"do": "cancel"}, [])
        return Report(exercise="00-hello", status="failed", score=0, max_score=2, checks=())

    monkeypatch.setattr(exercises, "grade", cancelled)
    with pytest.raises(CellError, match="does not count"):
        panel.check()
    assert panel.report is None
    assert progress.read(tmp_path) == {}
    assert not panel._state["busy"]


def test_the_bundle_is_that_of_its_sources_and_nobody_has_changed_it() -> None:
    first = BUNDLE.read_text("utf-8").splitlines()[0]
    assert first.startswith(f"/*! sources: {digest()} body: "), "run: python -m scripts.build_widgets"
    made = BUNDLE.read_bytes()
    assert signed(made) == made, "run: python -m scripts.build_widgets"
    assert signed(made.replace(b"function", b"function ", 1)) != made.replace(b"function", b"function ", 1)
    assert "registry" not in BUNDLE.read_text("utf-8")
