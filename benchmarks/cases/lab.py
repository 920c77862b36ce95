"""The second start of `./drydock lab`: until JupyterLab answers, beside JupyterLab alone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.lab import ROOT, Lab, Measure, NoMeasurementError, python, usual_environment
from benchmarks.values import Pair

NEEDS = ("engine",)
SECONDS = 90.0
ADDRESS = re.compile(rb"http://(?:127\.0\.0\.1|localhost):\d+/lab\S*")
BARE = ("-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1", "--allow-root", "--ServerApp.port_retries=50")


def run(lab: Lab) -> Iterator[Pair]:
    """Until the address is printed, which is when the server serves."""
    lab.engine.facts()
    ours = _until_served(python("-m", "grader", "lab", "--no-browser"), ROOT, lab.folder)
    theirs = _until_served(python(*BARE), lab.folder, lab.folder)
    yield lab.pair(
        "second start of `drydock lab`",
        ours,
        theirs,
        against="JupyterLab alone",
        rounds=3,
        most_over=2.0,
    )


def _until_served(command: Sequence[str], folder: Path, work: Path) -> Measure:
    def measure() -> float:
        began = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=folder,
            env={**usual_environment(), "PYTHONUNBUFFERED": "1", "DRYDOCK_WORK": str(work)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert child.stdout is not None
        said = b""
        try:
            for line in child.stdout:
                said += line
                if ADDRESS.search(line):
                    return time.perf_counter() - began
                if time.perf_counter() - began > SECONDS:
                    break
        finally:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            child.stdout.close()
        raise NoMeasurementError(f"{command[2:4]} has not served: {said[-300:].decode('utf-8', 'replace')}")

    return measure
