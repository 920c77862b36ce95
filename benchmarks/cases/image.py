"""Reading an image archive: beside `dive --json`, which also lists what each layer adds, hides and wastes.

Archives of 2, 160 and 300 MB with a few large files, and one of 160 MB with 16,000 small ones. "read" is a call in a
process that runs already, of an archive on the disk; "read as a stream" is the call that a check of a built image
makes: each byte of what `docker save` sends is read and hashed. "Whole process" counts the start of Python too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks.lab import Lab, calls, memory, process, python
from benchmarks.values import Pair
from grader import image

NEEDS = ("peers",)
READ = """
import msgspec, pathlib, sys
from grader import image
msgspec.json.encode(image.read(pathlib.Path(sys.argv[1])).image)
"""
MB = 1_000_000
# Name, bytes of one file, files.
ARCHIVES = (
    ("2 MB", MB // 2, 4),
    ("160 MB", 20 * MB, 8),
    ("300 MB", 25 * MB, 12),
    ("160 MB, 16,000 files", 10_000, 16_000),
)
MEMORY = 150.0


def run(lab: Lab) -> Iterator[Pair]:
    """The call, then the whole process: its time, and its memory."""
    for name, size, files in ARCHIVES:
        path = lab.folder / f"{name}.tar"
        process(python("-m", "benchmarks.cases._archive", str(path), str(size), str(files)))()
        listed = ("--source", "docker-archive", str(path), "--json", str(lab.folder / "dive.json"))
        dive = [str(lab.peers.program("dive")), *listed]
        whole = python("-c", READ, str(path))
        yield lab.pair(
            f"read an image of {name}, memory",
            memory(whole),
            memory(dive),
            against="dive",
            rounds=3,
            unit="MB",
            most_ours=MEMORY,
        )
        yield lab.pair(
            f"read an image of {name}, whole process", process(whole), process(dive), against="dive", rounds=7
        )
        yield lab.pair(
            f"read an image of {name}",
            calls(lambda path=path: msgspec.json.encode(image.read(path).image)),  # type: ignore[misc]
            process(dive),
            against="dive",
            rounds=7,
            most_ratio=1.0,
        )
        yield lab.pair(
            f"read an image of {name} as a stream",
            calls(lambda path=path: _streamed(path)),  # type: ignore[misc]
            process(dive),
            against="dive",
            rounds=7,
            most_ratio=1.0,
        )
        path.unlink()


def _streamed(path: Path) -> None:
    with path.open("rb") as archive:
        msgspec.json.encode(image.read(archive).image)
