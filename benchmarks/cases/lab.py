"""The second start of `./drydock lab`: until JupyterLab is started, and until it answers, beside JupyterLab alone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.lab import ROOT, Lab, Measure, NoMeasurementError, nothing, python, usual_environment
from benchmarks.values import Pair

NEEDS = ("engine",)
SECONDS = 90.0
STARTING = re.compile(rb"Starting JupyterLab")
ADDRESS = re.compile(rb"http://(?:127\.0\.0\.1|localhost):\d+/lab\S*")
BARE = ("-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1", "--allow-root", "--ServerApp.port_retries=50")


def run(lab: Lab) -> Iterator[Pair]:
    """All that comes before JupyterLab's own start; then until the address is printed, which is when it serves."""
    lab.engine.facts()
    command = [str(ROOT / "drydock"), "lab", "--no-browser"]
    yield lab.pair(
        "second start of `./drydock lab`, until JupyterLab is started",
        _until(STARTING, command, ROOT, lab.folder),
        nothing(),
        against="`python -c pass`",
        rounds=3,
        most_ours=2.0,
    )
    ours = _until(ADDRESS, command, ROOT, lab.folder)
    theirs = _until(ADDRESS, python(*BARE), lab.folder, lab.folder)
    yield lab.pair(
        "second start of `./drydock lab`, until it serves",
        ours,
        theirs,
        against="JupyterLab alone",
        rounds=3,
        most_over=2.0,
    )


def _until(sign: re.Pattern[bytes], command: Sequence[str], folder: Path, work: Path) -> Measure:
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
                if sign.search(line):
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
        raise NoMeasurementError(f"{command[:4]} has not come that far: {said[-300:].decode('utf-8', 'replace')}")

    return measure
