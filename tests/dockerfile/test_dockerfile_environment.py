"""Which variables are in force where. Every line was tried on a real engine (BuildKit v0.25.2) with RUN echo."""

import pytest

from grader.dockerfile import environment, parse
from grader.errors import DockerfileError

SCOPES = [
    ("FROM a\nENV A=1\nARG A=2\n", {}, {"A": "2"}),
    ("FROM a\nARG A=2\nENV A=1\nARG A\n", {}, {"A": "1"}),
    ("FROM a\nENV A=1\nARG A=2\n", {"A": "9"}, {"A": "9"}),
    ("FROM a\nARG A\n", {}, {}),
    ("FROM a\nARG A\n", {"A": "9", "B": "8"}, {"A": "9"}),
    ("FROM a\nARG B=x A='$B'\nARG C=\\$B D=$B\n", {}, {"B": "x", "A": "$B", "C": "$B", "D": "x"}),
    ("ARG B=x\nARG A='$B'\nFROM a\nARG A\n", {}, {"A": "$B"}),
    ("ARG G=g\nFROM a\n", {}, {}),
    ("ARG G=g\nFROM a\nARG G=h\n", {}, {"G": "h"}),
    ("ARG G=g\nFROM a AS one\nARG A=a G\nENV E=e\nFROM one\n", {}, {"A": "a", "E": "e", "G": "g"}),
    ("FROM a AS One\nENV E=e\nFROM one\n", {}, {"E": "e"}),
    ("FROM a AS one\nENV E=e\nFROM b\n", {}, {}),
    ("FROM a\nENV A=1 B=$A\nENV C=$A\n", {}, {"A": "1", "B": "", "C": "1"}),
    ("FROM a\nENV A two words\n", {}, {"A": "two words"}),
    ("FROM base\nENV P=$PATH:/x\n", {}, {"PATH": "/bin", "P": "/bin:/x"}),
]


@pytest.mark.parametrize(("text", "build_args", "expected"), SCOPES)
def test_variables_at_the_end(text, build_args, expected):
    dockerfile = parse(f"{text}RUN env\n".encode())
    assert environment(dockerfile, build_args, {"base": {"PATH": "/bin"}})[-1] == expected


def test_there_is_one_for_each_instruction_and_it_holds_what_stands_before():
    dockerfile = parse(b"ARG T=1\nFROM a:$T\nARG T\nENV B=$T\nRUN x\n")
    assert environment(dockerfile) == ({}, {"T": "1"}, {}, {"T": "1"}, {"T": "1", "B": "1"})


def test_a_value_that_cannot_be_expanded_names_its_line():
    with pytest.raises(DockerfileError, match=r"line 2: .*bad substitution") as caught:
        environment(parse(b"FROM a\nENV A=${}\n"))
    assert caught.value.line == 2
