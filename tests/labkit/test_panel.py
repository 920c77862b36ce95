"""The exercise panel: its twins show all that the widget shows, and it says what is true of the exercise."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.model import CheckResult, Report
from labkit import exercises, panel_twin
from labkit.panel import ExercisePanel
from labkit.panel_twin import PanelState
from labkit.widgets import source

STATE: PanelState = {
    "title": "A <title>",
    "facts": "2 points · 5 minutes",
    "command": "./drydock check 00-hello",
    "status": "failed",
    "busy": False,
    "checking": "Checking <now> …",
    "note": "A <note>",
    "hints": ["Where <first>?", "And <then>?"],
    "verdict": "<p>The verdict</p>",
    "solution": "FROM <solution>",
    "has_solution": True,
    "files": [{"name": "<app>", "size": "12 B", "text": "<text>"}, {"name": "big", "size": "2 MB", "text": ""}],
}
WORDS = ("A <title>", "2 points", "./drydock check 00-hello", "A <note>", "Where <first>?", "And <then>?", "<solution>")


def test_both_twins_show_all_that_the_panel_shows() -> None:
    text, html = panel_twin.text(STATE, "The verdict"), panel_twin.html(STATE)
    for word in (*WORDS, "<app>", "12 B", "big", "The verdict"):
        assert word in text
        assert word.replace("<", "&lt;").replace(">", "&gt;") in html
    assert "&lt;text&gt;" in html


def test_while_a_check_runs_both_say_so_in_the_place_of_the_note() -> None:
    busy: PanelState = {**STATE, "busy": True}
    for twin in (panel_twin.text(busy, ""), panel_twin.html(busy)):
        assert "note" not in twin
        assert "Checking" in twin


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DRYDOCK_WORK", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("00-hello", "the Dockerfile is being built"),
        ("01-commit", "your image is being loaded"),
        ("01-evidence", "your answers are being read"),
    ],
)
def test_a_check_says_what_it_looks_at(name: str, words: str) -> None:
    state = ExercisePanel(exercises.find(name))._state
    assert words in state["checking"]
    assert state["command"] == f"./drydock check {name}"
    assert "state.checking" in source("panel.js")


def test_after_a_check_that_could_not_be_done_no_earlier_verdict_is_shown(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = ExercisePanel(exercises.find("01-commit"))
    check = CheckResult(name="builds", status="failed", points=0, max_points=2, seen="a tulip")
    failed = Report(exercise="01-commit", status="failed", score=0, max_score=2, checks=(check,))
    monkeypatch.setattr(exercises, "grade", lambda *_: failed)
    panel.check()
    assert all("a tulip" in twin for twin in panel._twins())
    monkeypatch.undo()
    monkeypatch.setenv("DRYDOCK_WORK", str(work))
    panel._quietly(panel.check)
    assert all("a tulip" not in twin and "no image archive" in twin for twin in panel._twins())
