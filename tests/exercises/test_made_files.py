"""Binary files that an exercise gives are what the script beside them makes."""

import runpy
from pathlib import Path

import pytest

from grader import exercise

SCRIPTS = sorted(exercise.exercises_folder().glob("*/library/build_archive.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.parent.parent.name)
def test_the_given_files_are_what_the_script_makes(script: Path, tmp_path: Path) -> None:
    names = runpy.run_path(str(script))
    made = names["write"](tmp_path)
    # A script whose files are compressed says what is in them, as compressors differ from edition to edition.
    contents = names.get("contents", Path.read_bytes)
    given = script.parent.parent / "files"
    paths = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert made.exists()
    assert paths
    for path in paths:
        assert contents(tmp_path / path) == contents(given / path), path
