"""Variables that would fill the engine's memory are found before the engine sees them; ordinary ones never are."""

import time

import pytest

from grader.dockerfile import bounded, parse
from grader.errors import DockerfileError, SubmissionError

DOUBLING = "".join(f"ENV A{n + 1}=${{A{n}}}${{A{n}}}x\n" for n in range(60))
LONG = "x" * 60_000


@pytest.mark.parametrize(
    ("about", "text", "line"),
    [
        ("ENV, each twice the last", "FROM a\n" + DOUBLING, 15),
        ("one line", "FROM a\nENV A=" + LONG + "\nLABEL b=" + "$A" * 20_000, 3),
        ("over stages", "FROM a AS s\nENV A=" + LONG + "\n" + "FROM s\nENV A=$A$A$A\n" * 40, 12),
        ("a pattern", "FROM a\nENV A=" + "x" * 9_000 + "\nENV B=${A//x/" + "y" * 9_000 + "}", 3),
        ("a here-document", "FROM a\nENV A=" + LONG + "\nCOPY <<E /x\n" + "$A$A$A$A\n" * 5_000 + "E\n", 3),
        ("an unknown variable before", "FROM a\nENV B=${C:?no}\nENV A=" + LONG + "\nLABEL b=" + "$A" * 20_000, 4),
    ],
)  # fmt: skip
def test_what_would_fill_the_memory(about: str, text: str, line: int) -> None:
    with pytest.raises(DockerfileError, match="expand to more than 20,000,000") as caught:
        bounded(parse(text.encode()))
    assert caught.value.line == line, about


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\n" + "ENV PATH=/opt/bin:$PATH\n" * 900,
        "FROM a\nARG V=1.2.3\nENV W=${V//./-} X=${V%.*} Y=${V:-none}\n",
        "FROM a\nENV A=" + LONG + "\nRUN " + "$A" * 20_000,
        "FROM a\nENV A=" + LONG + "\nCOPY <<'E' /x\n" + "$A$A$A$A\n" * 5_000 + "E\n",
        "FROM a\n" + "LABEL a=b\n" * 999,
        "".join(f"FROM a AS s{n}\nARG A=1\nENV B=$A$A$A\n" for n in range(300)),
    ],
)
def test_what_is_ordinary(text: str) -> None:
    bounded(parse(text.encode()))


def test_how_many_instructions() -> None:
    with pytest.raises(SubmissionError, match="1,001 instructions; at most 1,000"):
        bounded(parse(b"FROM a\n" + b"LABEL a=b\n" * 1_000))


def test_it_takes_little_time() -> None:
    parsed = parse(("FROM a\nENV A=b\n" + "LABEL b=" + "$A" * 30_000 + "\n").encode() * 3)
    began = time.process_time()
    bounded(parsed)
    assert time.process_time() - began < 1
