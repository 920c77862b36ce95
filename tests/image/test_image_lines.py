"""Rows of real histories, both builders and three engines, find the lines that made them."""

import json
from pathlib import Path

import pytest

from grader.dockerfile import parse
from grader.image import lines_of_rows
from grader.model.image import HistoryRow

ARCHIVES = Path(__file__).parent / "archives"
ENGINES = ["graph20", "graph28", "containerd26"]


def recorded(name: str) -> tuple[str, list[HistoryRow]]:
    facts = json.loads((ARCHIVES / f"{name}-history.json").read_text())
    wanted = ("created_by", "comment", "empty_layer")
    return facts["dockerfile"], [HistoryRow(**{k: row[k] for k in wanted if k in row}) for row in facts["history"]]


def found(name: str, base_rows: int = 1) -> dict[str, int | None]:
    text, rows = recorded(name)
    return list(zip(lines_of_rows(rows, parse(text.encode()), base_rows), rows, strict=True))


@pytest.mark.parametrize("base_rows", [0, 1])
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("builder", "lines"),
    [
        ("buildkit", [None, *range(2, 14), 15, 16, 17, 18, None, 20]),
        ("classic", [None, *range(2, 19), None, 20]),
    ],
)
def test_each_row_has_its_line(engine, builder, lines, base_rows):
    assert [line for line, _ in found(f"{engine}-{builder}", base_rows)] == lines


def row(text: str, *, empty: bool = False) -> HistoryRow:
    return HistoryRow(created_by=text, comment="buildkit.dockerfile.v0", empty_layer=empty)


def classic(text: str, *, empty: bool = False) -> HistoryRow:
    return HistoryRow(created_by=text, empty_layer=empty)


BASE = HistoryRow(created_by="RUN /bin/sh -c one # buildkit", comment="buildkit.dockerfile.v0")


@pytest.mark.parametrize(
    ("rows", "text", "base_rows", "lines"),
    [
        ([BASE, BASE, row("RUN /bin/sh -c one # buildkit")], "FROM b\nRUN one\n", 2, [None, None, 2]),
        ([BASE, BASE, row("RUN /bin/sh -c one # buildkit")], "FROM b\nRUN one\n", 0, [None, None, 2]),
        ([row("RUN /bin/sh -c echo a\n # buildkit")], "FROM b\nRUN <<E\necho a\nE\n", 0, [2]),
        ([row("COPY <<E /f # buildkit")], "FROM b\n\nCOPY <<E /f\nx\nE\n", 0, [3]),
        ([row("RUN /bin/sh -c b # buildkit")], "FROM x AS one\nRUN a\nFROM y\nRUN b\n", 0, [4]),
        ([row("RUN /bin/sh -c b # buildkit")], "FROM x\nRUN a\nFROM scratch\nRUN \\\n b\n", 0, [4]),
        ([row("USER 1", empty=True)] * 2, "FROM b\nuser 1\nUSER 1\n", 0, [2, 3]),
        ([classic('/bin/sh -c echo "#(nop)  ENV x"')], "FROM b\nENV x=1\nRUN echo\n", 0, [3]),
        ([classic("/bin/sh -c #(nop)  LABEL a=b", empty=True)], "FROM b\nRUN echo\n", 0, [None]),
        ([classic("/bin/sh -c #(nop)  MAINTAINER me", empty=True)], "FROM b\nMAINTAINER me\n", 0, [2]),
        ([], "FROM b\nRUN a\n", 0, []),
        ([BASE], "FROM b\n", 5, [None]),
    ],
)
def test_rows(rows, text, base_rows, lines):
    assert list(lines_of_rows(rows, parse(text.encode()), base_rows)) == lines


def test_a_stage_can_be_chosen():
    text = "FROM x AS one\nRUN a\nFROM one AS two\nRUN b\nFROM scratch\nCOPY --from=two / /\n"
    rows = [row("RUN /bin/sh -c a # buildkit"), row("RUN /bin/sh -c b # buildkit")]
    assert lines_of_rows(rows, parse(text.encode()), stage=1) == (2, 4)
