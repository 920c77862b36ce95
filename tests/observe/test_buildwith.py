"""Files of the build context that one build is given, and that are as they were afterwards."""

from pathlib import Path

import pytest

from grader.model import NotObserved
from grader.observe.buildwith import _laid


def test_files_have_their_texts_and_then_are_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff one")
    (tmp_path / "a").chmod(0o755)
    with _laid(tmp_path, {"a": "two", "b": "three"}):
        assert [(tmp_path / name).read_text() for name in "ab"] == ["two", "three"]
    assert (tmp_path / "a").read_bytes() == b"\xff one"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o755
    assert not (tmp_path / "b").exists()


def test_they_are_put_back_also_when_the_build_goes_wrong(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    with pytest.raises(KeyboardInterrupt), _laid(tmp_path, {"a": "two"}):
        raise KeyboardInterrupt
    assert (tmp_path / "a").read_text() == "one"


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_what_is_no_file_is_left_alone(tmp_path: Path, kind: str) -> None:
    outside = tmp_path / "outside"
    outside.write_text("one")
    context = tmp_path / "context"
    context.mkdir()
    (context / "a").symlink_to(outside) if kind == "link" else (context / "a").mkdir()
    with pytest.raises(NotObserved), _laid(context, {"a": "two"}):
        pass
    assert outside.read_text() == "one"
