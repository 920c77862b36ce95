"""Generated and mutated Dockerfiles, read by us and by BuildKit's own Go parser (PyPI `dockerfile` 3.4: v0.12.5).

Where that older version is known to differ from v0.25.2, whose behaviour was tried on a real engine, a file is set
aside; `known_difference` says why. Everything else must be the same: errors, lines, flags, arguments, JSON form and
here-documents.
"""

import json
import re

import dockerfile
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests_dockerfile_corpus import CORPUS, TOKENS

from grader.dockerfile.reader import Reader
from grader.dockerfile.text import SPACE
from grader.errors import DockerfileError

PLENTY = settings(
    max_examples=2_500,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def known_difference(text):
    """Why the package reads `text` in another way than BuildKit v0.25.2, or an empty string."""
    if re.search(r"(?im)^\s*#\s*check\s*=", text):
        return "it does not know the directive `check`, so a line with it ends the directives"
    if "<<" in text and re.search(r"\$\{\w*:?[#%/?]", text):
        return "it does not know ${x#p}, ${x%p}, ${x/p/r} and ${x?m}, so it finds no here-document on such a line"
    decoder = json.JSONDecoder()
    # A continuation stands for something that follows an array, and inside an array for nothing.
    for put in (" ~", " "):
        joined = re.sub(r"[\\`][ \t]*(\r*\n|\Z)", put, text)
        for start in re.finditer(r"\[", joined):
            try:
                _, end = decoder.raw_decode(joined, start.start())
            except ValueError:
                continue
            if joined[end:].split("\n")[0].strip(SPACE):
                return "it takes a JSON array for the JSON form although more follows it on the line"
    return ""


def theirs(text):
    try:
        commands = dockerfile.parse_string(text)
    except dockerfile.GoParseError:
        return "refused"
    except UnicodeDecodeError:
        return None  # Go cut a letter in two between two flags; the package cannot hand that over
    return [
        (
            (c.cmd or "").upper(),
            (c.sub_cmd or "").upper(),
            c.json,
            c.start_line,
            c.end_line,
            c.flags,
            c.value,
            tuple((h.name, h.content) for h in c.heredocs),
        )
        for c in commands
    ]


def ours(text):
    try:
        instructions = Reader(text.removeprefix("\ufeff")).read()
    except DockerfileError:
        return "refused"
    if any(i.trigger and i.trigger.name == "ONBUILD" for i in instructions):
        return None  # BuildKit refuses the chain later; we do not look into it before
    return [_as_theirs(i) for i in instructions]


def _as_theirs(instruction):
    inner = instruction.trigger or instruction
    values = inner.arguments
    if inner.name in ("ENV", "LABEL"):
        # The package has no separators between the pairs, and no here-documents under ONBUILD.
        values = tuple(value for at, value in enumerate(values) if at % 3 != 2)
    heredocs = () if instruction.name == "ONBUILD" else instruction.heredocs
    return (
        instruction.name,
        inner.name if instruction.trigger else "",
        inner.json,
        instruction.start,
        instruction.end,
        instruction.flags,
        values,
        tuple((h.name, h.content) for h in heredocs),
    )


def agree(text):
    assume(not known_difference(text))
    read, expected = ours(text), theirs(text)
    assume(read is not None and expected is not None)
    assert read == expected


PIECES = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=40)


@st.composite
def mutated(draw):
    text = draw(st.sampled_from(CORPUS))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        cut = at + draw(st.integers(0, 6))
        put = draw(st.sampled_from(["", *TOKENS]))
        text = text[:at] + put + text[draw(st.sampled_from([at, cut])) :]
    return text


@PLENTY
@given(PIECES, st.booleans())
def test_generated_files_are_read_alike(pieces, spaced):
    agree("FROM a\n" + (" " if spaced else "").join(pieces))


@PLENTY
@given(mutated())
def test_mutated_files_are_read_alike(text):
    agree(text)


@pytest.mark.parametrize(
    "text",
    [
        "# check=skip=all\n# escape=`\nFROM a\nRUN a `\n b",
        "FROM a\nRUN echo ${x#y} <<E\nb\nE\n",
        'FROM a\nCMD ["a"] b\n',
        'FROM a\nCMD ["a", \\\n "b"]b\n',
    ],
)
def test_each_known_difference_is_still_one(text):
    assert known_difference(text)
    assert ours(text) != theirs(text)
