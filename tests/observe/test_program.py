"""Lines that are put behind FROM."""

import pytest

from grader import dockerfile
from grader.observe.program import with_lines


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("FROM golang:1.24\nRUN a\n", "FROM golang:1.24\nRUN x\nRUN a\n"),
        ("ARG T=1\nFROM golang:$T AS b\nRUN a\n\nFROM scratch\nCOPY --from=b /a /\n",
         "ARG T=1\nFROM golang:$T AS b\nRUN x\nRUN a\n\nFROM scratch\nCOPY --from=b /a /\n"),
        ("FROM \\\n  docker.io/library/golang:1.24 \\\n  AS b\nFROM b\nFROM golang\n",
         "FROM \\\n  docker.io/library/golang:1.24 \\\n  AS b\nRUN x\nFROM b\nFROM golang\nRUN x\n"),
        ("FROM busybox\nRUN <<E\nFROM golang\nE\n", "FROM busybox\nRUN <<E\nFROM golang\nE\n"),
    ],
)  # fmt: skip
def test_with_lines(text: str, wanted: str) -> None:
    assert with_lines(dockerfile.parse(text.encode()), "golang", ("RUN x",)).decode() == wanted
