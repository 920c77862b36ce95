"""The matrix: what is looked at where, by which check, and which holes there are."""

from grader import checks, exercise
from grader.answers import answers
from grader.course.coverage import PRACTICES, as_text, coverage
from grader.dockerfile.flags import FLAGS
from grader.model.dockerfile import INSTRUCTIONS

ROOT = exercise.exercises_folder()
COURSE = [(one, answers(one)) for one in (exercise.load(ROOT / name) for name in exercise.names(ROOT))]


def test_there_are_eighteen_instructions_and_thirteen_practices() -> None:
    assert len(INSTRUCTIONS) == 18
    assert set(INSTRUCTIONS) == set(FLAGS)
    assert len(PRACTICES) == 13


def test_without_exercises_everything_is_a_hole() -> None:
    found = coverage([])
    assert len(found.holes) == 31
    assert set(found.idle) == set(checks.names())


def test_what_the_exercises_at_hand_look_at() -> None:
    found = coverage(COURSE)
    looked = {one.name: {cell.exercise: cell.checks for cell in one.cells} for one in found.instructions}
    assert looked["COPY"]["05-cache"] == ("cache_survives_source_edit",)
    assert "has_author" in looked["LABEL"]["02-first-dockerfile"]
    assert "builds" not in looked["FROM"]["02-first-dockerfile"]
    practised = {one.name: one for one in found.practices}
    assert [cell.exercise for cell in practised["cache"].cells] == ["05-cache", "05-own-application"]
    assert practised["cache"].hole == ""


def test_each_hole_is_said() -> None:
    found = coverage(COURSE[:1])
    text = as_text(found)
    assert f"Holes: {len(found.holes)}" in text
    for one in found.holes:
        assert f"  {one.name:<22} {one.hole}" in text
