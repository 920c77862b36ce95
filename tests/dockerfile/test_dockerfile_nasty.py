"""Whatever the bytes are: a Dockerfile or a DockerfileError, in time that grows with the file and no faster."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests_dockerfile_corpus import TOKENS

from grader.dockerfile import environment, expand, ignored, parse, parse_ignore, without_syntax
from grader.errors import DockerfileError

QUICK = settings(max_examples=500, deadline=None)

SIZE = 60_000

NASTY = {
    "long line": "RUN " + "a" * SIZE,
    "spaces": "RUN " + " " * SIZE + "x",
    "quotes": "ENV a=" + "'\"" * (SIZE // 2),
    "open quote": 'ENV a="' + "x " * (SIZE // 2),
    "escapes": "ENV a=" + "\\" * SIZE,
    "escaped spaces": "ENV a=" + "\\ " * (SIZE // 2),
    "words": "ARG " + "a " * (SIZE // 2),
    "flags": "RUN " + "--mount=a " * (SIZE // 10),
    "flag quotes": "RUN --x=" + "\"'" * (SIZE // 2),
    "ONBUILD chain": "ONBUILD " * (SIZE // 8),
    "continuations": "RUN a \\\n" + "  b \\\n" * 20_000 + "c",
    "blank continuations": "RUN a \\\n" + "\n" * 60_000,
    "comments": "# c\n" * 20_000,
    "brackets": "RUN " + "[" * SIZE,
    "array of arrays": "RUN " + "[" * (SIZE // 2) + "]" * (SIZE // 2),
    "large number": "RUN [" + "9" * SIZE + "]",
    "here-document marks": "RUN " + "<<E " * (SIZE // 4),
    "here-document": "RUN <<E\n" + "x\n" * 60_000 + "E",
    "open here-documents": "RUN <<E\nE\n" * 5_000,
    "substitutions in each other": "RUN <<E " + "${a:-" * (SIZE // 5),
    "stars": "ARG A=" + "a" * 30_000 + "\nFROM ${A##" + "*a" * 400 + "b}",
    "stars in the middle": "ARG A=" + "a" * 30_000 + "\nFROM ${A//" + "a*" * 400 + "b/}",
    "doubling": "".join(f"ARG A{n + 1}=$A{n}$A{n}x\n" for n in range(60)) + "FROM $A60",
    "stages": "FROM a\n" * 10_000,
    "instructions": "ENV A=$A b=c\n" * 10_000,
    "many variables": "".join(f"ENV a{n}=\n" for n in range(20_000)),
    "arguments": "ARG " + " ".join(f"a{n}=1" for n in range(9_000)),
    "large variables": f"ENV a={'x' * 60_000}\n" + "".join(f"ENV b{n}=$a$a\n" for n in range(2_000)),
    "many in one": "".join("ENV " + " ".join(f"b{n}_{m}=" for m in range(50)) + "\n" for n in range(300)),
    "unknown word": "X" * SIZE,
    "unknown flag": "RUN --" + "x" * SIZE,
    "mount fields": 'RUN --mount="' + "a," * (SIZE // 2) + '" x',
    "digits": "HEALTHCHECK --retries=" + "9" * SIZE + " CMD a",
    "a long time": "HEALTHCHECK --interval=" + "9" * SIZE + "s CMD a",
    "units": "HEALTHCHECK --interval=" + "1h" * (SIZE // 2) + " CMD a",
    "stage name": "FROM a AS " + "a-" * (SIZE // 2) + "!",
    "directives": "# syntax=" + "=" * SIZE,
}


def every_entry(data):
    without_syntax(data)
    try:
        dockerfile = parse(data)
    except DockerfileError:
        return
    for instruction in dockerfile.instructions:
        assert 1 <= instruction.start <= instruction.end <= len(dockerfile.lines)
    try:
        environment(dockerfile)
    except DockerfileError:
        return


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes(data):
    every_entry(data)
    try:
        patterns = parse_ignore(data)
    except DockerfileError:
        return
    ignored(patterns, "a/b/c.txt")


@QUICK
@given(st.text(alphabet="ab*?[]^!/\\.-# \r\n\ufeff", max_size=60), st.sampled_from(("a", "a/b", ".", "a*/[b")))
def test_any_patterns(text, path):
    try:
        patterns = parse_ignore(text.encode())
    except DockerfileError:
        return
    assert ignored(patterns, path) in (True, False)


@QUICK
@given(st.lists(st.sampled_from(TOKENS), max_size=40))
def test_any_tokens(tokens):
    every_entry(("FROM a\n" + "".join(tokens)).encode())


@QUICK
@given(st.text(alphabet="$a{}:-+?#%/*\\'\" x0", max_size=30))
def test_any_word(word):
    try:
        expand(word, {"a": "a*b", "x": ""})
    except DockerfileError:
        return


@pytest.mark.parametrize("name", NASTY)
def test_nasty_files_take_little_time(name):
    text = NASTY[name]
    data = (text if text.startswith(("ARG A", "# ")) else f"FROM a\n{text}\n").encode()
    start = time.process_time()
    every_entry(data)
    assert time.process_time() - start < 2


def test_nasty_patterns_take_little_time():
    patterns = parse_ignore(b"**/" * 2_000 + b"x\n" + b"*a" * 2_000 + b"b\n")
    start = time.process_time()
    assert not ignored(patterns, "a/" * 500 + "a" * 500)
    assert time.process_time() - start < 2
