"""What stands below each cell, and what keeps a cell from having a number."""

from __future__ import annotations

import math

import pytest

from grader.classroom.cells import UnfitError, filled, refused, whole
from grader.model import CheckResult, Report


def check(name: str, points: float = 0, most: float = 2, **more: object) -> CheckResult:
    status = "passed" if points == most and most else "failed"
    return CheckResult(**{"name": name, "status": status, "points": points, "max_points": most, **more})


def report(*checks: CheckResult, status: str = "failed") -> Report:
    score, most = sum(one.points for one in checks), sum(one.max_points for one in checks)
    return Report(exercise="02-x", status=status, score=score, max_score=most, checks=checks)


def test_each_cell_has_its_points_and_a_text_of_its_own() -> None:
    lost = check("runs_as_non_root", seen="the user is root", expected="another user", line=3, hints=("Look up USER.",))
    found = filled(report(check("builds", 2, seen="it builds"), lost), {"builds": 2.0, "runs_as_non_root": 2.0})
    assert (found["builds"].points, found["runs_as_non_root"].points) == (2.0, 0.0)
    assert found["builds"].text.startswith("passed, 2 of 2: builds\n")
    for words in ("failed, 0 of 2: runs as non root", "Line 3", "the user is root", "another user", "Look up USER."):
        assert words.lower() in found["runs_as_non_root"].text.lower()
    assert "runs as non root" not in found["builds"].text


def test_what_does_not_apply_follows_the_others() -> None:
    beside = check("no_secret_left", most=0, status="not_judged", applies=False, seen="there is no secret")
    cells = {"builds": 2.0, "has_author": 6.0, "no_secret_left": 5.0}
    found = filled(report(check("builds", 2), check("has_author", 0, 6), beside), cells)
    total = sum(one.points for one in found.values())
    assert math.isclose(total / 13, 2 / 8)
    assert "counts neither way" in found["no_secret_left"].text


@pytest.mark.parametrize("points", [-1.0, 2.5, 1e9])
def test_points_stay_between_nothing_and_the_cells_own(points: float) -> None:
    found = filled(report(check("builds", points)), {"builds": 2.0})
    assert 0 <= found["builds"].points <= 2


@pytest.mark.parametrize(
    ("given", "cells", "says"),
    [
        (report(check("builds", 2)), {"builds": 2.0, "has_author": 1.0}, "not the same checks: has_author"),
        (report(check("builds", 2), check("new", 2)), {"builds": 2.0}, "not the same checks: new"),
        (report(check("builds", 2)), {"builds": 1.0}, "has 1 points in the assignment and 2 in the exercise"),
        (report(check("builds", 2), status="not_judged"), {"builds": 2.0}, "The machine was at fault"),
        (report(check("builds", machine=True, status="not_judged")), {"builds": 2.0}, "so nothing is graded: builds"),
    ],
)
def test_no_number_where_it_would_not_be_true(given: Report, cells: dict[str, float], says: str) -> None:
    with pytest.raises(UnfitError, match=says):
        filled(given, cells)


def test_nothing_to_grade_is_said_in_every_cell() -> None:
    found = refused("there is no Dockerfile", {"builds": 1.0, "has_author": 2.0})
    assert {one.points for one in found.values()} == {0.0}
    assert all("there is no Dockerfile" in one.text for one in found.values())


def test_of_a_withheld_check_only_the_points_are_told() -> None:
    seen = report(check("builds", 2, seen="it builds"), check("runs_as_non_root", seen="the user is root"))
    found = filled(seen, {"builds": 2.0, "runs_as_non_root": 2.0}, ("runs_as_non_root",))
    assert found["runs_as_non_root"].text == "0 of 2: a check that is not shown\n"
    told = whole(seen, ("runs_as_non_root",))
    assert "it builds" in told
    assert "2 of 2 points" in told
    assert "root" not in told
    assert "root" in whole(seen)


def test_nor_do_other_checks_tell_its_name() -> None:
    seen = report(check("builds", 2, seen="'runs_as_non_root' has to pass first"), check("runs_as_non_root"))
    withheld = ("runs_as_non_root",)
    below = filled(seen, {"builds": 2.0, "runs_as_non_root": 2.0}, withheld)["builds"].text
    for text in (below, whole(seen, withheld)):
        assert "'withheld-1' has to pass first" in text
