"""A process is told from another one with its number, and from one that has ended already."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from grader.engine import process
from grader.engine.process import Process, started


def test_one_that_runs() -> None:
    assert Process(pid=os.getpid(), started=started(os.getpid())).alive
    assert not Process(pid=os.getpid(), started=started(os.getpid()) + 1).alive


def test_one_that_had_ended_before_its_start_was_looked_up() -> None:
    child = subprocess.Popen(["true"])
    child.wait()
    ended = Process(pid=child.pid, started=started(child.pid))
    assert ended.started == 0
    assert not ended.alive


def test_where_the_kernel_tells_no_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On macOS there is no /proc: the number has to do."""
    monkeypatch.setattr(process, "PROC", tmp_path)
    assert Process(pid=os.getpid(), started=started(os.getpid())).alive
    child = subprocess.Popen(["true"])
    child.wait()
    assert not Process(pid=child.pid, started=started(child.pid)).alive
