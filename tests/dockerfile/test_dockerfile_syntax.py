"""A build loads no frontend that the Dockerfile names. Every form was tried on a real engine, with and without."""

import pytest

from grader.dockerfile import parse, without_syntax
from grader.dockerfile.reader import directive

GONE = "(the syntax directive that stood here is not used)"

FORMS = [
    ("# syntax=x\nFROM a\n", f"# {GONE}\nFROM a\n"),
    ("#SYNTAX = x y\r\nFROM a\r\n", f"# {GONE}\r\nFROM a\r\n"),
    ("\ufeff# syntax=x\nFROM a\n", f"\ufeff# {GONE}\nFROM a\n"),
    ("#!/bin/x\n# syntax=x\nFROM a\n", f"#!/bin/x\n# {GONE}\nFROM a\n"),
    ("\ufeff#!x\n# syntax=x\nFROM a\n", f"\ufeff#!x\n# {GONE}\nFROM a\n"),
    ("  # syntax=x\nFROM a\n", f"# {GONE}\nFROM a\n"),
    ("#\u2003syntax=x\nFROM a\n", f"# {GONE}\nFROM a\n"),
    ("# syntax=x\n# escape=`\nFROM a\n", f"# escape=`\n# {GONE}\nFROM a\n"),
    ("# check=skip=all\n# syntax=x\n# escape=`\n", f"# check=skip=all\n# escape=`\n# {GONE}\n"),
    ("# syntax=x\n# syntax=y\nFROM a\n", f"# {GONE}\n# {GONE}\nFROM a\n"),
    ("// syntax=x\nFROM a\n", f"// {GONE}\nFROM a\n"),
    ("#!x\n// syntax=x\n", f"#!x\n// {GONE}\n"),
    ('{"syntax": "x"}', '("syntax": "x"}'),
    (' \n\t{"a": 1,\n "s\\u0079ntax": "x"}', ' \n\t("a": 1,\n "s\\u0079ntax": "x"}'),
    ('#!x\n{"syntax": "x"}', '#!x\n("syntax": "x"}'),
]

KEPT = [
    "FROM a\n# syntax=x\n",
    "# a comment\n# syntax=x\nFROM a\n",
    "# syntax=\nFROM a\n",
    "# escape=`\nFROM a\n",
    "",
    "RUN <<E\n# syntax=x\nE\n",
]


@pytest.mark.parametrize(("text", "without"), FORMS)
def test_takes_every_form_out(text, without):
    result = without_syntax(text.encode())
    assert result.decode() == without
    assert result.count(b"\n") == text.encode().count(b"\n")
    assert without_syntax(result) == result


@pytest.mark.parametrize("text", KEPT)
def test_leaves_the_rest_as_it_is(text):
    assert without_syntax(text.encode()) == text.encode()


def test_takes_any_bytes():
    assert without_syntax(b"# syntax=\xff\n\xfe") == f"# {GONE}\n".encode() + b"\xfe"


def test_other_directives_stay_in_force():
    data = b"# syntax=x\n# check=skip=all\n# escape=`\nFROM a\nRUN a `\n b\n"
    before, after = parse(data), parse(without_syntax(data))
    assert after.escape == "`"
    assert [d.name for d in after.directives] == ["check", "escape"]
    assert after.instructions == before.instructions


def test_the_reader_finds_none_afterwards():
    for text, _ in FORMS:
        lines = without_syntax(text.encode()).decode().removeprefix("\ufeff").split("\n")
        assert not any((found := directive(line)) and found[0] == "syntax" for line in lines)
