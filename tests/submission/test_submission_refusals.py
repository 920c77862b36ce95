"""What the pipeline refuses of a Dockerfile's text before any engine is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import exercise
from grader.errors import SubmissionError
from grader.pipeline import Watcher, check


def no_engine() -> None:
    raise AssertionError("an engine was asked for")


@pytest.mark.parametrize(
    ("about", "text", "says"),
    [
        ("1,001 instructions", b"FROM scratch\n" + b"ENV a=b\n" * 1_000, "has 1,001 instructions; at most 1,000"),
        ("UTF-16", "FROM scratch\n".encode("utf-16"), "saved as UTF-16; Docker reads only UTF-8\n  Save the file"),
        ("UTF-16, no mark", "FROM scratch\n".encode("utf-16-le"), "saved as UTF-16"),
        ("not UTF-8", b"FROM scratch\nLABEL a=\xfc\n", "line 2: the byte 0xfc is not UTF-8"),
        ("NUL", b"FROM scratch\nRUN a\0b\n", "line 2: a NUL byte"),
        ("empty", b"", "the Dockerfile is empty"),
        ("blanks", b" \n\t\n", "the Dockerfile is empty"),
        ("comments", b"# nothing\n", "holds only comments"),
        ("256 KB", b"# " + b"x" * 262_144, "at most 262,144 are read"),
    ],
)
def test_a_text_that_is_not_built(about: str, text: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(text)
    wanted = exercise.find(exercise.exercises_folder(), "02")
    with pytest.raises(SubmissionError) as caught:
        check(wanted, tmp_path, no_engine, Watcher())  # type: ignore[arg-type]
    assert says in str(caught.value), about
    assert "\n  " in str(caught.value)


@pytest.mark.parametrize(
    ("about", "text", "line"),
    [
        ("a long line", b"FROM scratch\nLABEL a=" + b"x" * 70_000 + b"\n", 2),
        ("an open here-document", b"FROM scratch\nCOPY <<END /a\ntext\n", 2),
        ("an unknown instruction", b"FROM scratch\nINSTALL vim\n", 2),
    ],
)
def test_a_text_that_is_judged_without_a_build(about: str, text: bytes, line: int, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(text)
    wanted = exercise.find(exercise.exercises_folder(), "02")
    report, seen = check(wanted, tmp_path, no_engine, Watcher())  # type: ignore[arg-type]
    assert (report.status, seen.syntax_line) == ("failed", line), about
    assert report.score == 0
