"""The commands of an answer about archives: what they write is whole, or is cut on purpose, or the test says so."""

from pathlib import Path

import pytest

from grader import exercise
from grader.engine.client import Engine
from grader.errors import EngineError, SubmissionError
from grader.making import COMMANDS, make

pytestmark = pytest.mark.engine


def made(engine: Engine, folder: Path, text: str) -> dict[str, int]:
    """The files that the commands leave, with their sizes in bytes."""
    (folder / COMMANDS).write_text(text)
    make(exercise.load(exercise.exercises_folder() / "03-save-load"), folder, lambda: engine)
    return {path.name: path.stat().st_size for path in folder.iterdir()}


def test_an_archive_of_an_image_that_is_not_there(engine: Engine, tmp_path: Path) -> None:
    """The mistake is the answer's: an empty archive is what it hands in."""
    assert set(made(engine, tmp_path, "docker save no-such-image:1 | gzip > image.tar.gz\n")) == {"image.tar.gz"}


def test_an_archive_that_is_cut_on_purpose(engine: Engine, tmp_path: Path) -> None:
    cut = made(engine, tmp_path, "docker save busybox:1.37 | gzip | head -c 200 > image.tar.gz\n")
    assert cut == {"image.tar.gz": 200}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("docker save --platform=none busybox:1.37 | gzip > image.tar.gz\n", EngineError),
        ("docker save no-such-image:1 > image.tar\n", SubmissionError),
    ],
)
def test_an_archive_that_the_engine_does_not_write(
    engine: Engine, tmp_path: Path, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match="ended with exit code 1"):
        made(engine, tmp_path, text)
