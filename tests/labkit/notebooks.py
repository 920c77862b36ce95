"""Running a notebook as a learner does, cell after cell in a kernel of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path

import nbformat
from nbclient import NotebookClient

COURSE = Path(__file__).resolve().parents[2]


def executed(name: str, work: Path, env: Mapping[str, str], *, seconds: int = 900) -> nbformat.NotebookNode:
    """The notebook `name` with its outputs, run in `env` for the learner whose folder is `work`.

    Raises CellExecutionError.
    """
    notebook = nbformat.read(COURSE / "notebooks" / f"{name}.ipynb", as_version=4)
    return run_in_order(notebook, work, env, range(len(notebook.cells)), seconds)


def run_in_order(
    notebook: nbformat.NotebookNode, work: Path, env: Mapping[str, str], order: Iterable[int], seconds: int = 900
) -> nbformat.NotebookNode:
    """A notebook of these cells of `notebook`, by their place from 0, run one after another; a cell may come twice.

    Raises CellExecutionError.
    """
    notebook = deepcopy(notebook)
    notebook.cells = [deepcopy(notebook.cells[at]) for at in order]
    settings = {"kernel_name": "python3", "startup_timeout": 300, "store_widget_state": False}
    client = NotebookClient(notebook, timeout=seconds, **settings)
    env = dict(env) | {"DRYDOCK_WORK": str(work), "PYTHONPATH": str(COURSE)}

    async def run() -> None:
        async with client.async_setup_kernel(env=env, cwd=str(COURSE / "notebooks")):
            for index, cell in enumerate(notebook.cells):
                await client.async_execute_cell(cell, index)

    asyncio.run(run())  # It closes its loop, in whatever thread this is.
    return notebook


def said(notebook: nbformat.NotebookNode) -> str:
    """All that the cells printed and showed, as text."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    parts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs]
    return "\n".join(parts)
