"""A lesson is gone back to: run a second time where it was run before, a cell run twice, an earlier cell run again.

They run on the engine with the containerd image store; `test_with_an_engine.py` runs them on the other one.
"""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest

from tests.conftest import Engines
from tests.labkit.notebooks import COURSE, run_in_order

pytestmark = pytest.mark.engine


def test_a_lesson_runs_again_in_the_same_folder_with_its_cells_run_twice(tmp_path: Path, all_engines: Engines) -> None:
    env = all_engines.with_bases("containerd").address.environment(os.environ)
    notebook = lesson("02-dockerfile-build")
    earlier, then = place(notebook, "after_chmod = try_it("), place(notebook, "shown = cache_timeline(")
    run_in_order(notebook, tmp_path, env, range(then))
    twice = [at for at in range(len(notebook.cells)) for _ in range(2)]
    run_in_order(notebook, tmp_path, env, [*twice[: 2 * then], earlier, *twice[2 * then :]])


def test_a_container_that_was_paused_again_is_no_fault(tmp_path: Path, all_engines: Engines) -> None:
    env = all_engines.with_bases("containerd").address.environment(os.environ)
    notebook = lesson("01-commit")
    then = place(notebook, "plain = events_while(")
    run_in_order(notebook, tmp_path, env, [*range(then), place(notebook, "!docker pause lab01-box"), then])


def lesson(name: str) -> nbformat.NotebookNode:
    return nbformat.read(COURSE / "notebooks" / f"{name}.ipynb", as_version=4)


def place(notebook: nbformat.NotebookNode, words: str) -> int:
    """Where the first cell with these words is, from 0."""
    return next(at for at, cell in enumerate(notebook.cells) if words in cell.source)
