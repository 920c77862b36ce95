"""A class whose grading is killed at a write and then goes on: some of the points; `./drydock test kill` tries all."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.kill_points import Class, results


@pytest.mark.engine
def test_killed_at_a_write_it_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    """Between the first and the second submission, before and after a verdict, and while the results are written."""
    place = Class(tmp_path, "trusted")
    status, points = place.grade(tmp_path / "undisturbed")
    expected = results(tmp_path / "undisturbed")
    assert status == 0
    assert len(points) >= 40
    kept = [at for at, name in enumerate(points, 1) if " outcome " in name]
    whole = points.index("before the name of results.csv") + 1
    for number in (3, kept[3], whole):
        killed = place.killed(number, expected)
        assert (killed.point, killed.wrong) == (points[number - 1], ())
