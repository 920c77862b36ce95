"""Reading a Dockerfile of fifty lines: beside a process of hadolint, and beside the library dockerfile-parse.

Processor time, which a busy machine changes less.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.cases._fifty import FIFTY
from benchmarks.lab import Lab, calls, process
from benchmarks.values import Pair
from grader.dockerfile import parse

NEEDS = ("peers",)

THEIRS = """
import io, sys, time
from dockerfile_parse import DockerfileParser
text = sys.stdin.buffer.read()
def once():
    read = DockerfileParser(fileobj=io.BytesIO(text))
    return read.structure, read.baseimage, read.envs
once()
began = time.process_time()
for _ in range(20):
    once()
print((time.process_time() - began) / 20)
"""


def run(lab: Lab) -> Iterator[Pair]:
    """The parser, then the parser with the checks of the text."""
    file = lab.folder / "Dockerfile"
    file.write_bytes(FIFTY)
    ours = calls(lambda: parse(FIFTY), 50, processor=True)
    hadolint = process([lab.peers.program("hadolint"), "--no-fail", "--config=/dev/null", file], processor=True)
    yield lab.pair(
        "parse 50 lines, processor time",
        ours,
        hadolint,
        against="a hadolint process",
        rounds=15,
        most_ratio=0.01,
        most_ours=0.00025,
    )
    yield lab.pair(
        "parse 50 lines (library), processor time",
        ours,
        lambda: float(lab.peers.output(THEIRS, given=FIFTY)),
        against="dockerfile-parse",
        rounds=9,
        most_ratio=1.0,
    )
