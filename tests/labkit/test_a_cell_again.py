"""A section of a lesson is read on its own, and one of its cells is run twice, as a learner does after a change.

They run on the engine with the containerd image store: on the other one the lessons run as a whole at the same time.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest

from tests.conftest import Engines
from tests.labkit.notebooks import COURSE, run_in_order

pytestmark = pytest.mark.engine

HEADING = re.compile(r"^## (\d+)[. ]", re.MULTILINE)


def section(notebook: nbformat.NotebookNode, number: int) -> list[int]:
    """The places of the cells before the first section, and of those of section `number`."""
    places, at_section = [], 0
    for at, cell in enumerate(notebook.cells):
        headings = HEADING.findall(cell.source) if cell.cell_type == "markdown" else []
        at_section = int(headings[-1]) if headings else at_section
        places += [at] if at_section in (0, number) else []
    return places


def place(notebook: nbformat.NotebookNode, words: str) -> int:
    """The place of the first cell that has these words."""
    return next(at for at, cell in enumerate(notebook.cells) if words in cell.source)


@pytest.mark.parametrize(
    ("lesson", "number", "words"),
    [
        ("04-instructions", 21, "illness = patient.watch_health("),
        ("05-best-practices", 8, "fixed_again = build("),
    ],
)
def test_a_cell_is_run_a_second_time(
    lesson: str, number: int, words: str, tmp_path: Path, all_engines: Engines
) -> None:
    env = all_engines.with_bases("containerd").address.environment(os.environ)
    notebook = nbformat.read(COURSE / "notebooks" / f"{lesson}.ipynb", as_version=4)
    run_in_order(notebook, tmp_path, env, sorted([*section(notebook, number), place(notebook, words)]))


def test_the_sections_are_read_from_the_last_to_the_first(tmp_path: Path, all_engines: Engines) -> None:
    env = all_engines.with_bases("containerd").address.environment(os.environ)
    notebook = nbformat.read(COURSE / "notebooks" / "05-best-practices.ipynb", as_version=4)
    first = section(notebook, 0)
    last = max(int(number) for cell in notebook.cells for number in HEADING.findall(cell.source))
    order = [at for number in range(last, 0, -1) for at in section(notebook, number) if at not in first]
    assert sorted([*first, *order]) == list(range(len(notebook.cells)))
    run_in_order(notebook, tmp_path, env, [*first, *order])


SHORT = 'STEPS = {name: "FROM busybox:1.37\\nCOPY . /src\\n" for name in ("1 the worst", "3 with .dockerignore")}'
SENT = 'assert first["1 the worst"].context_bytes > 12_000_000 > first["3 with .dockerignore"].context_bytes'


def test_the_way_from_worst_to_best_is_gone_a_second_time(tmp_path: Path, all_engines: Engines) -> None:
    env = all_engines.with_bases("containerd").address.environment(os.environ)
    notebook = nbformat.read(COURSE / "notebooks" / "05-best-practices.ipynb", as_version=4)
    *before, build = [at for at in section(notebook, 14) if at <= place(notebook, "again[name] = built(")]
    short, sent = range(len(notebook.cells), len(notebook.cells) + 2)
    notebook.cells += [nbformat.v4.new_code_cell(SHORT), nbformat.v4.new_code_cell(SENT)]
    run_in_order(notebook, tmp_path, env, [*before, short, build, sent, build, sent])
