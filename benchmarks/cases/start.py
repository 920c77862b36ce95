"""The start of the command line: `--help`, and the work of importing what `check` needs."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.lab import Lab, nothing, process, python
from benchmarks.values import Pair

CHECK = "import grader.cli.check, grader.cli._session, grader.pipeline, grader.exercise"


def run(lab: Lab) -> Iterator[Pair]:
    """Whole processes beside a Python that does nothing."""
    yield lab.pair(
        "`drydock --help`",
        process(python("-m", "grader", "--help")),
        nothing(),
        against="`python -c pass`",
        rounds=15,
        most_ratio=6.0,
    )
    yield lab.pair(
        "import what `check` needs", process(python("-c", CHECK)), nothing(), against="`python -c pass`", rounds=15
    )
