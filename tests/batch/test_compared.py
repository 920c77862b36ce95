"""What two wrote, side by side: which files are kept of a submission, and what the page shows of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from grader import exercise
from grader.batch.compared import FILES, TEXT, WHOLE, compared, kept, read
from grader.batch.grading import take_in
from grader.batch.store import store
from grader.batch.summary import class_report
from grader.batch.values import HandIn
from grader.report import class_page
from tests.batch.test_class_page import row

COPIED = """\
FROM debian:trixie-slim
LABEL org.opencontainers.image.authors="ada@example.org"
RUN apt-get update && apt-get install --yes curl && rm -rf /var/lib/apt/lists/*
COPY mine.sh /usr/local/bin/mine
ENTRYPOINT ["mine", "--verbose"]
"""


@pytest.mark.parametrize(
    ("about", "texts", "expected"),
    [
        ("the Dockerfile is in the report", [("Dockerfile", "FROM a")], {}),
        ("what was given says nothing", [("given.txt", "as it was")], {}),
        ("what was given and changed does", [("given.txt", "mine")], {"given.txt": ["mine"]}),
        ("in the order of names", [("b", "2"), ("a/c", "1\n3")], {"a/c": ["1", "3"], "b": ["2"]}),
        ("half a sign", [("a", "x\ud800")], {"a": ["x?"]}),
        ("nothing at all", [], {}),
    ],
)
def test_what_is_kept(about: str, texts: list[tuple[str, str]], expected: dict[str, list[str]]) -> None:
    assert read(kept(texts, {("given.txt", "as it was")}, "Dockerfile")) == expected, about


def test_what_is_kept_has_limits() -> None:
    many = read(kept([(f"{at:03}", "x") for at in range(500)], set(), "Dockerfile"))
    long = read(kept([(f"{at:03}", "y" * 50_000) for at in range(9)], set(), "Dockerfile"))
    assert len(many) == FILES
    assert {len(lines[0]) for lines in long.values()} == {TEXT}
    assert len(long) * TEXT < WHOLE


def test_each_file_on_both_sides() -> None:
    one = {"Dockerfile": ["FROM a", "USER 1"], "same": ["x"], "mine": ["y"]}
    other = {"Dockerfile": ["FROM b", " USER 1"], "same": ["x"], "theirs": ["z"]}
    assert {file.name: file.sides for file in compared(one, other)} == {
        "Dockerfile": ((("FROM a", True), ("USER 1", False)), (("FROM b", True), (" USER 1", False))),
        "same": ((("x", False),),),
        "mine": ((("y", True),), None),
        "theirs": (None, (("z", True),)),
    }


def test_the_page_shows_the_files_that_two_wrote(tmp_path: Path) -> None:
    one = exercise.find(exercise.exercises_folder(), "02-first-dockerfile")
    for student, script in (("ada", "echo one"), ("bob", "echo <two>")):
        folder = tmp_path / "in" / student
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_text(COPIED)
        (folder / "mine.sh").write_text(f"#!/bin/sh\n{script}\n")
    with store(tmp_path / "out") as results, ThreadPoolExecutor(1) as executor:
        class_ = [HandIn(student=name, exercise=one.name, path=str(tmp_path / "in" / name)) for name in ("ada", "bob")]
        take_in(class_, {one.name: (one, "v1")}, results, executor)
        lines = tuple(COPIED.splitlines())
        rows = [
            msgspec.structs.replace(
                row(known.one.student, "passed", "passed", dockerfile=lines), exercise=one.name, digest=known.digest
            )
            for known in results.handed()
        ]
        marks = {one.name: results.marks(one.name)}
        report = class_report(rows, {one.name: one}, marks, texts=results.texts)
    (group,) = report.exercises[0].alike
    assert (group.pair, [file.name for file in group.files]) == ((0, 1), ["Dockerfile", "mine.sh"])
    page = class_page.render(report)
    assert "Both have the same" in page
    assert "<mark>echo &lt;two&gt;</mark>" in page
