"""Measure how time and memory grow, and draw it: `python -m benchmarks.growth FILE.svg`.

Each figure is the least time, and the most memory, of three turns (of one, where it takes more than five seconds); a
turn is a process of its own. Where the engine works the time is the clock's, else the processor's. A broken line shows
growth in proportion to the work.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks._growth import WITH_ENGINE
from benchmarks.lab import ROOT, python, usual_environment
from benchmarks.plot import Panel, drawn

TURNS, LONG = 3, 5.0
KINDS = {
    "instructions": ("Dockerfile read, by its instructions", (10, 30, 100, 300, 1_000)),
    "files": ("Image read, by its files", (1_000, 10_000, 100_000, 1_000_000)),
    "submissions": ("Class judged again, by its submissions", (20, 60, 200, 600, 2_000)),
    "context": ("Build context copied, by its megabytes", (1, 10, 100, 500)),
    "sent": ("Build context sent and built, by its megabytes", (1, 10, 100, 500)),
    "graded": ("Class graded, by its submissions", (20, 60, 200)),
}
IN_A_ROW = 3


def measured(kind: str, size: int) -> tuple[float, float]:
    """Seconds and megabytes."""
    found = []
    for _ in range(TURNS):
        with tempfile.TemporaryDirectory(prefix="drydock-growth-") as folder:
            done = subprocess.run(
                python("-m", "benchmarks._growth", kind, str(size), folder),
                cwd=ROOT,
                env=usual_environment(),
                capture_output=True,
                text=True,
                check=True,
            )
        found.append([float(word) for word in done.stdout.split()])
        if found[-1][0] > LONG:
            break
    return min(seconds for seconds, _ in found), max(memory for _, memory in found)


def main(file: Path) -> None:
    """Measure all kinds, print the figures, write the picture."""
    times, memories = [], []
    for kind, (title, sizes) in KINDS.items():
        figures = [measured(kind, size) for size in sizes]
        for size, (seconds, memory) in zip(sizes, figures, strict=True):
            print(f"{kind:12} {size:>9,} {seconds * 1e3:>10.2f} ms {memory:>7.0f} MB", flush=True)
        unit = "seconds" if kind in WITH_ENGINE else "processor seconds"
        times.append(Panel(title, unit, tuple(zip(sizes, (one for one, _ in figures), strict=True))))
        memories.append(Panel("", "megabytes", tuple(zip(sizes, (one for _, one in figures), strict=True))))
    places = range(0, len(times), IN_A_ROW)
    rows = [panels[at : at + IN_A_ROW] for at in places for panels in (times, memories)]
    file.write_text(drawn(rows), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
