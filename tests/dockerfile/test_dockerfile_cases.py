"""The sixty Dockerfiles whose reading by BuildKit v0.25.2 is known."""

from pathlib import Path

import msgspec
import pytest

from grader.dockerfile import parse
from grader.dockerfile.reader import Reader
from grader.dockerfile.text import decode
from grader.errors import DockerfileError

CASES = [
    msgspec.json.decode(line)
    for line in (Path(__file__).parent / "cases" / "buildkit-0.25.2.jsonl").read_bytes().splitlines()
]


def node(instruction):
    return [
        instruction.keyword,
        instruction.text,
        instruction.start,
        instruction.end,
        list(instruction.flags),
        list(instruction.arguments),
        instruction.json,
        [[h.name, h.content, h.expand, h.chomp] for h in instruction.heredocs],
    ]


def text(case):
    return case["text"].replace("{LONG}", "a" * 70_000).encode()


@pytest.mark.parametrize("case", [c for c in CASES if "nodes" in c], ids=lambda c: c["name"])
def test_reads_it_as_buildkit_does(case):
    reader = Reader(decode(text(case)))
    instructions = reader.read()
    assert [node(i) for i in instructions] == [n[:8] for n in case["nodes"]]
    assert reader.escape == case.get("escape", "\\")
    for instruction, expected in zip(instructions, case["nodes"], strict=True):
        if len(expected) == 9:
            inside = node(instruction.trigger)
            assert inside[:2] + inside[4:7] == expected[8][:2] + expected[8][4:7]


@pytest.mark.parametrize("case", [c for c in CASES if "err" in c or "inserr" in c], ids=lambda c: c["name"])
def test_refuses_it_as_buildkit_does(case):
    with pytest.raises(DockerfileError) as caught:
        parse(text(case))
    assert case.get("err", case.get("inserr")) in caught.value.what
    assert caught.value.line == case.get("line", caught.value.line)


@pytest.mark.parametrize("case", [c for c in CASES if "err" not in c and "inserr" not in c], ids=lambda c: c["name"])
def test_accepts_it_as_buildkit_does(case):
    assert len(parse(text(case)).instructions) == len(case["nodes"])


def test_there_are_sixty():
    assert len(CASES) == 60
