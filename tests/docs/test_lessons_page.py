"""docs/lessons.md: each row names a cell that is there, and that shows something; no part of a lesson is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

COURSE = Path(__file__).resolve().parents[2]
LESSONS = ("01-commit", "02-dockerfile-build", "03-save-export", "04-instructions", "05-best-practices")
SECTION = re.compile(r"^## (\d+)(?: ·|\.) ", re.MULTILINE)
CELL = re.compile(r"^```\{code-cell\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| (?P<shown>[^|]+) \| (?P<section>\d+) \| (?P<words>`.+`) \|$", re.MULTILINE)


class Row(msgspec.Struct, frozen=True):
    """A row of the page: what is shown, in which section, and words that the cell has."""

    lesson: str
    shown: str
    section: int
    words: tuple[str, ...]


def _sections(lesson: str) -> dict[int, list[str]]:
    """The code cells of each numbered section of a lesson."""
    parts = SECTION.split((COURSE / "lessons" / f"{lesson}.md").read_text("utf-8"))
    return {int(number): CELL.findall(text) for number, text in zip(parts[1::2], parts[2::2], strict=True)}


def _rows() -> Iterator[Row]:
    page = (COURSE / "docs" / "lessons.md").read_text("utf-8")
    for part in page.split("\n## ")[1:]:
        lesson = part.split("\n", 1)[0]
        for row in ROW.finditer(part):
            yield Row(lesson, row["shown"], int(row["section"]), tuple(re.findall(r"`([^`]+)`", row["words"])))


ROWS = list(_rows())
SECTIONS = {lesson: _sections(lesson) for lesson in LESSONS}


def test_each_line_of_a_table_is_read() -> None:
    lines = (COURSE / "docs" / "lessons.md").read_text("utf-8").partition("\n## ")[2].splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| what is shown")]
    assert len(rows) == len(ROWS) > 100
    assert {row.lesson for row in ROWS} == set(LESSONS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.lesson}/{row.section}/{row.shown[:40]}")
def test_a_row_names_one_cell_that_shows_it(row: Row) -> None:
    cells = SECTIONS[row.lesson][row.section]
    found = [at for at, cell in enumerate(cells) if all(words in cell for words in row.words)]
    assert len(found) == 1, f"{len(found)} cells of section {row.section} have {row.words}"
    assert any("assert " in cell for cell in cells[found[0] :]), "nothing is asserted here, nor after it"


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_section_that_asserts_is_left_out(lesson: str) -> None:
    named = {row.section for row in ROWS if row.lesson == lesson}
    shows = {number for number, cells in SECTIONS[lesson].items() if any("assert " in cell for cell in cells)}
    assert shows <= named
