"""The map of the course: every lesson and exercise, and what the progress file says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import exercise as exercises
from grader.model import CheckResult, Report
from grader.progress import Done, note
from labkit.course import CourseMap, Part, course_map, headline, stop
from labkit.places import course, lessons_in


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DRYDOCK_WORK", str(tmp_path))
    return tmp_path


def result(exercise: str, points: float) -> Report:
    """A report with so many of two points."""
    status = "passed" if points == 2 else "failed"
    check = CheckResult(name="builds", status=status, points=points, max_points=2)
    return Report(exercise=exercise, status=status, score=points, max_score=2, checks=(check,))


def test_every_lesson_and_every_exercise_is_on_it() -> None:
    shown = course_map()
    assert [part.name for part in shown.parts] == [path.stem for path in lessons_in(course() / "lessons")]
    assert all(part.time and part.title for part in shown.parts)
    names = [one.name for part in shown.parts for one in part.stops]
    assert sorted(names) == sorted(exercises.names(exercises.exercises_folder()))


def test_it_says_what_has_been_reached_and_what_is_next(work: Path) -> None:
    assert course_map().next == course_map().parts[0].stops[0]
    note(work, result("00-hello", 2))
    note(work, result("01-commit", 1))
    shown = course_map()
    states = {one.name: one.state for part in shown.parts for one in part.stops}
    assert (states["00-hello"], states["01-commit"], states["05-cache"]) == ("passed", "begun", "open")
    assert shown.next is not None
    assert shown.next.name == "01-commit"
    assert "✓ 00-hello  2 of 2" in repr(shown)
    assert 'href="00-welcome.ipynb"' in shown._repr_html_()
    assert "Next: 01-commit" in shown._repr_html_()


@pytest.mark.parametrize(
    ("done", "score", "state"),
    [
        (None, 0, "open"),
        (Done(score=1, max_score=4, tries=1), 1, "begun"),
        (Done(score=4, max_score=4, tries=1, passed="2026-01-01"), 4, "passed"),
        (Done(score=3, max_score=3, tries=1, passed="2026-01-01"), 4, "passed"),
        (Done(score=6, max_score=9, tries=1), 4, "begun"),
    ],
)
def test_what_was_reached_in_an_exercise(done: Done | None, score: float, state: str) -> None:
    one = stop("x", "X", 5, 4, done)
    assert (one.score, one.state) == (score, state)


def test_the_end_of_the_course_is_said_and_the_page_is_inert() -> None:
    done = Done(score=2, max_score=2, tries=1, passed="2026-01-01")
    shown = CourseMap([Part(name="9", title="<b>", time="", stops=(stop("<i>", "<u>", 5, 2, done),))])
    assert shown.next is None
    assert "Every exercise has been passed." in repr(shown)
    assert not [tag for tag in ("<b>", "<i>", "<u>") if tag in shown._repr_html_()]


def test_a_lesson_in_another_language_is_no_other_lesson(tmp_path: Path) -> None:
    for name in ("01-commit.md", "01-commit.zh.md", "00-welcome.md"):
        (tmp_path / name).write_text("")
    assert [path.name for path in lessons_in(tmp_path)] == ["00-welcome.md", "01-commit.md"]


def test_the_head_of_a_lesson() -> None:
    assert headline("---\nx: y\n---\n\n# 1 · By hand: `docker commit`\n\n**Time:** about 35 minutes. More.\n") == (
        "1 · By hand: docker commit",
        "about 35 minutes",
    )
    assert headline("nothing") == ("", "")
