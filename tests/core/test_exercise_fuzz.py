"""exercise.toml, hints.md and a file of answers of any bytes: read, or refused with a message, and nothing else."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from grader import exercise
from grader.errors import ExerciseError, SubmissionError
from grader.submission import read_answers

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)
GOOD = (exercise.exercises_folder() / "02-first-dockerfile" / "exercise.toml").read_text("utf-8")
PIECES = st.sampled_from(
    [
        "[[check]]\n", "[check]\n", "[limits]\n", "[build]\n", "name = 'builds'\n", "points = 1\n", "points = true\n",
        "points = nan\n", "bases = []\n", "bases = [1]\n", "port = 99999999999999999999\n", "a.b.c = 1\n", "'' = 1\n",
        "build_seconds = -1\n", "run_seconds = inf\n", "title = 'x'\n", "check = 1\n", "x = 1979-05-27\n", "\0", "\\",
        "secrets = { a = '../../etc/passwd' }\n", "submission = 'image'\n", "teaches = ['EVIL']\n", "profile = 1\n",
        "check = ['builds']\n",
    ]
)  # fmt: skip


def read(text: str, hints: str = "") -> None:
    with tempfile.TemporaryDirectory() as above:
        folder = Path(above, "90-fuzzed")
        folder.mkdir()
        (folder / "exercise.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
        (folder / "task.md").write_text("Do it.\n")
        (folder / "hints.md").write_text(hints, "utf-8")
        said = "exercises/90-fuzzed/"
        try:
            exercise.load(folder)
        except ExerciseError as error:
            said = str(error)
        assert said.startswith("exercises/90-fuzzed/")


@QUICK
@given(st.lists(PIECES, max_size=12))
def test_pieces_in_any_order(pieces: list[str]) -> None:
    read("".join(pieces))


@QUICK
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 40), PIECES | st.text(max_size=12))
def test_a_good_file_with_a_piece_of_it_replaced(at: int, length: int, piece: str) -> None:
    read(GOOD[:at] + piece + GOOD[at + length :])


@QUICK
@given(st.text(st.sampled_from("#-*1. \nabuilds"), max_size=60))
def test_hints_of_any_form(text: str) -> None:
    read(GOOD, text)


@QUICK
@given(st.binary(max_size=200) | st.lists(PIECES, max_size=9).map(lambda pieces: "".join(pieces).encode()))
def test_answers_of_any_form(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as above:
        file = Path(above, "answers.toml")
        file.write_bytes(data)
        try:
            do = str(read_answers(file).keys())
        except SubmissionError as error:
            do = error.do
        assert do
