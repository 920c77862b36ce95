"""The first lesson, walked through as a learner does; `python -m tests.browser.walking NAME` walks any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.walking import opened, walk

pytestmark = pytest.mark.browser


def test_the_welcome_is_walked_to_its_end_and_its_questions_answered_by_keys_and_by_mouse(tmp_path: Path) -> None:
    with opened("00-welcome", tmp_path) as lesson:
        seen = walk(lesson, "00-welcome")
    assert (seen.failed, seen.foreign, seen.errors) == ([], [], [])
    assert seen.cells > 10
    assert seen.by_keyboard == seen.by_mouse == 1
    assert seen.told == 2
