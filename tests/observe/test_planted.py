"""Files are put into a build context, and it is as it was afterwards."""

from pathlib import Path

import pytest

from grader.model import NotObserved
from grader.observe.planted import _contents, _planted


def everything(root: Path) -> dict[str, bytes | None]:
    found = sorted(root.rglob("*"))
    return {path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else None for path in found}


def test_what_was_there_is_put_back(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/.env").write_text("mine")
    before = everything(tmp_path)
    data = {"sub/.env": b"1", "sub/new/deep/file": b"2", ".git/HEAD": b"3"}
    with _planted(tmp_path, data):
        assert {name: (tmp_path / name).read_bytes() for name in data} == data
    assert everything(tmp_path) == before


@pytest.mark.parametrize("name", ["file/below", "link/below", "folder", "dangling"])
def test_what_is_in_the_way_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "dangling").symlink_to("nowhere")
    before = everything(tmp_path)
    with pytest.raises(NotObserved) as missing, _planted(tmp_path, {"other/file": b"1", name: b"2"}):
        pass
    assert not missing.value.machine
    assert everything(tmp_path) == before


@pytest.mark.parametrize("size", [0, 40, 5000])
def test_no_two_files_hold_the_same(size: int) -> None:
    one, other = _contents("a1", size), _contents("b2", size)
    assert one != other
    assert len(one) == max(size, len("planted-a1\n"))
