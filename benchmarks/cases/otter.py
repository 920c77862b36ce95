"""otter-grader: a test of a notebook that calls our check in the kernel, beside the check itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

from benchmarks.cases.check import laid
from benchmarks.lab import ROOT, Lab, process, python
from benchmarks.values import Pair

NEEDS = ("engine", "peers")
EXERCISE = "00-hello"
CASE = """>>> import subprocess
>>> subprocess.run({command!r}, cwd={root!r}, env={env!r}, stdout=-3, stderr=-3).returncode
0"""
NOTEBOOK = {
    "cells": [{"cell_type": "code", "id": "a", "execution_count": None, "metadata": {}, "outputs": [], "source": ""}],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def run(lab: Lab) -> Iterator[Pair]:
    """Whole programs: `otter run`, which grades a notebook on this machine, in no container, and `drydock check`."""
    answer, folder = lab.folder / "otter-answer", lab.folder / "otter"
    laid(answer, EXERCISE)
    (folder / "tests").mkdir(parents=True)
    check = ("-m", "grader", "check", EXERCISE, str(answer), "--json")
    case = CASE.format(command=python(*check), root=str(ROOT), env=dict(lab.docker) | {"PYTHONPATH": str(ROOT)})
    suite = {"type": "doctest", "scored": True, "setup": "", "teardown": ""}
    test = {
        "name": "q1",
        "points": 1,
        "suites": [suite | {"cases": [{"code": case, "hidden": False, "locked": False}]}],
    }
    (folder / "tests" / "q1.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n", encoding="utf-8")
    (folder / "s.ipynb").write_text(json.dumps(NOTEBOOK), encoding="utf-8")
    otter = lab.peers.program("otter")
    env = {**os.environ, "PATH": f"{otter.parent}:{os.environ['PATH']}"}
    process([otter, "generate", "-t", "tests", "-o", "tests.zip", "--no-environment"], env=env, folder=folder)()
    graded = process([otter, "run", "s.ipynb", "-a", "tests.zip", "-o", ".", "--no-logo"], env=env, folder=folder)

    def theirs() -> float:
        seconds = graded()
        (found,) = (one for one in json.loads((folder / "results.json").read_bytes())["tests"] if one["name"] == "q1")
        assert found["score"] == 1, found
        return seconds

    yield lab.pair(
        "grade one submission",
        process(python(*check)),
        theirs,
        against="the check called in a kernel by otter-grader",
        rounds=5,
        most_ratio=1.0,
    )
