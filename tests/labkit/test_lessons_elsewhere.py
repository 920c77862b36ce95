"""Lesson 01 where a learner may be: on a machine without a network, and with a Docker that is not Drydock's."""

from __future__ import annotations

from pathlib import Path

import pytest

from labkit.room import disk_of
from tests.labkit import cut_off, elsewhere
from tests.labkit.notebooks import COURSE, executed, said

pytestmark = pytest.mark.engine

LESSON = "01-commit"


def test_a_lesson_needs_no_network_and_no_more_disk_than_it_tells(tmp_path: Path) -> None:
    with cut_off.data_folder(LESSON) as home:
        done = cut_off.read(LESSON, home, tmp_path)
    assert done.returncode == 0, done.said
    assert "network interfaces: lo\n" in done.said
    assert done.said.endswith("read to its end\n")
    assert 0 < done.bytes <= disk_of((COURSE / "lessons" / f"{LESSON}.md").read_text("utf-8"))


def test_a_lesson_runs_on_the_learners_own_docker(tmp_path: Path) -> None:
    with elsewhere.another_engine(LESSON) as env:
        text = said(executed(LESSON, tmp_path, env))
    assert "containerd image store, this machine's." in text
