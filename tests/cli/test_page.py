"""`--html FILE`: the page of a report, also from a kept observation; a file that cannot be written is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Said

BROKEN = "FROM busybox:1.37\nRUUN true\n"


def test_check_and_judge_write_the_same_page(drydock: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(BROKEN)
    kept, one, other = (tmp_path / name for name in ("seen.json", "one.html", "other.html"))
    checked = drydock("check", "02", tmp_path / "Dockerfile", "--html", one, "--observation", kept)
    assert checked.returncode == 1, checked.stderr
    judged = drydock("judge", kept, "--html", other)
    assert judged.returncode == 1, judged.stderr
    assert f"The page is in {other}" in judged.stderr
    page = one.read_text("utf-8")
    assert page == other.read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "unknown instruction: RUUN" in page
    assert '<li id="line-2" class="noted found"' in page


def test_a_page_that_cannot_be_written(drydock: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(BROKEN)
    said = drydock("check", "02", tmp_path / "Dockerfile", "--html", tmp_path)
    assert said.returncode == 2
    assert "the page cannot be written" in said.stderr
    assert "Traceback" not in said.stderr
