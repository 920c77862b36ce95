"""What the tests of the command line share: running it as a program, as a user does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Said = subprocess.CompletedProcess[str]


def environment(**changes: str) -> dict[str, str]:
    """This environment with the course to import from, and `changes`."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "120", **changes}


@pytest.fixture
def drydock() -> Callable[..., Said]:
    """Run the command line; its exit status and what it printed."""

    def run(*words: str | Path, **changes: str) -> Said:
        return subprocess.run(
            [sys.executable, "-P", "-m", "grader", *map(str, words)],
            env=environment(**changes),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run
