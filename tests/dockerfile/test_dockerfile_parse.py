"""Bytes to text, instructions, directives and stages."""

import pytest

from grader.dockerfile import parse
from grader.errors import DockerfileError
from grader.model.dockerfile import Directive, Heredoc

SAVED = "saved as UTF-16"


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        ("FROM a\n".encode("utf-16"), 1, SAVED),
        ("FROM a\n".encode("utf-16-le"), 1, SAVED),
        ("FROM a\n".encode("utf-16-be"), 1, SAVED),
        ("FROM a\n".encode("utf-32"), 1, SAVED),
        (b"FROM a\nRUN \x00\n", 2, "a NUL byte"),
        (b"FROM a\n\nLABEL a=\xff\n", 3, "the byte 0xff is not UTF-8"),
        (b"\xef\xbb\xbfFROM a\nLABEL a=\xe9t\xe9\n", 2, "the byte 0xe9 is not UTF-8"),
        (b"", 1, "the Dockerfile is empty"),
        (b" \n\t\r\n\n", 3, "the Dockerfile is empty"),
        (b"# a\n#\n", 2, "holds only comments"),
        (b"# escape=`\n# b", 2, "holds only comments"),
    ],
)
def test_refuses_bytes(data, line, reason):
    with pytest.raises(DockerfileError) as caught:
        parse(data)
    assert reason in caught.value.what
    assert caught.value.line == line
    assert caught.value.do


@pytest.mark.parametrize("data", [b"FROM a\nCMD b", b"FROM a\r\nCMD b\r\n", b"\xef\xbb\xbfFROM a\nCMD b\n"])
def test_accepts_line_ends_and_a_byte_order_mark(data):
    dockerfile = parse(data)
    assert dockerfile.lines == ("FROM a", "CMD b")
    assert [(i.keyword, i.arguments, i.start) for i in dockerfile.instructions] == [
        ("FROM", ("a",), 1),
        ("CMD", ("b",), 2),
    ]


def test_a_whole_file():
    dockerfile = parse(
        b"# syntax=docker/dockerfile:1\n# escape=`\n# check=skip=all\nARG TAG=1.37\nFROM busybox:${TAG} AS Base\n"
        b"RUN --mount=type=cache,target=/c a `\n\n  # why`\n  b\nFROM base\nONBUILD RUN <<E\n# c\nE\n\n"
        b'copy <<-"A" <<B /x/\n\tone\n\tA\ntwo\nB\nCMD ["a", "b"]\n'
    )
    assert dockerfile.escape == "`"
    assert dockerfile.directives == (
        Directive(name="syntax", value="docker/dockerfile:1", line=1),
        Directive(name="escape", value="`", line=2),
        Directive(name="check", value="skip=all", line=3),
    )
    assert [(i.name, i.start, i.end, i.stage) for i in dockerfile.instructions] == [
        ("ARG", 4, 4, -1),
        ("FROM", 5, 5, 0),
        ("RUN", 6, 9, 0),
        ("FROM", 10, 10, 1),
        ("ONBUILD", 11, 13, 1),
        ("COPY", 15, 19, 1),
        ("CMD", 20, 20, 1),
    ]
    assert [(s.index, s.name, s.base, s.start, s.end) for s in dockerfile.stages] == [
        (0, "base", "busybox:1.37", 5, 9),
        (1, "", "base", 10, 20),
    ]
    _, _, run, _, onbuild, copy, cmd = dockerfile.instructions
    assert (run.flags, run.arguments) == (("--mount=type=cache,target=/c",), ("a   b",))
    assert onbuild.trigger is not None
    assert (onbuild.trigger.name, onbuild.trigger.start, onbuild.trigger.end) == ("RUN", 11, 13)
    assert onbuild.trigger.heredocs == onbuild.heredocs
    assert copy.keyword == "copy"
    assert copy.heredocs == (
        Heredoc(name="A", content="\tone\n", expand=False, chomp=True),
        Heredoc(name="B", content="two\n", expand=True, chomp=False),
    )
    assert (cmd.json, cmd.arguments) == (True, ("a", "b"))


def test_build_arguments_count_for_the_base():
    assert parse(b"ARG A=x\nARG B=$A-y\nFROM $B\n").stages[0].base == "x-y"
    assert parse(b"ARG A=x\nARG B=$A-y\nFROM $B\n", {"A": "z"}).stages[0].base == "z-y"
