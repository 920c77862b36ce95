"""Lesson 01 where a learner may be: on a machine without a network, and with a Docker that is not Drydock's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.labkit import cut_off, elsewhere
from tests.labkit.notebooks import executed, said

pytestmark = pytest.mark.engine

LESSON = "01-commit"


def test_a_lesson_needs_no_network(tmp_path: Path) -> None:
    with cut_off.data_folder(LESSON) as home:
        done = cut_off.read(LESSON, home, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "network interfaces: lo\n" in done.stdout
    assert done.stdout.endswith("read to its end\n")


def test_a_lesson_runs_on_the_learners_own_docker(tmp_path: Path) -> None:
    with elsewhere.another_engine(LESSON) as env:
        text = said(executed(LESSON, tmp_path, env))
    assert "containerd image store, this machine's." in text
