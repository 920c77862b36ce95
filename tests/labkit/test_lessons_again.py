"""A lesson is gone back to: run a second time where it was run before, a cell run twice, an earlier cell run again.

They run on the engine with the containerd image store; `test_with_an_engine.py` runs them on the other one.
"""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest

from tests.conftest import Engines
from tests.labkit.notebooks import COURSE, executed, run_in_order

pytestmark = pytest.mark.engine


def test_a_lesson_runs_again_in_the_same_folder_with_each_cell_run_twice(tmp_path: Path, all_engines: Engines) -> None:
    env = all_engines.with_bases("containerd").address.environment(os.environ)
    executed("02-dockerfile-build", tmp_path, env)
    executed("02-dockerfile-build", tmp_path, env, times=2)


@pytest.mark.parametrize(
    ("lesson", "cell", "later"),
    [
        ("01-commit", "!docker pause lab01-box", "plain = events_while("),
        ("02-dockerfile-build", "after_chmod = try_it(", "shown = cache_timeline("),
    ],
)
def test_an_earlier_cell_of_a_lesson_is_run_again(
    lesson: str, cell: str, later: str, tmp_path: Path, all_engines: Engines
) -> None:
    env = all_engines.with_bases("containerd").address.environment(os.environ)
    notebook = nbformat.read(COURSE / "notebooks" / f"{lesson}.ipynb", as_version=4)
    again, last = (next(at for at, one in enumerate(notebook.cells) if words in one.source) for words in (cell, later))
    run_in_order(notebook, tmp_path, env, [*range(last), again, last])
