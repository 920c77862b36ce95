"""Files are put into a build context, or changed in it, and it is as it was afterwards."""

import errno
import os
from pathlib import Path

import pytest

from grader.model import NotObserved
from grader.observe.laid import laid


def test_files_have_their_texts_and_then_are_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff one")
    (tmp_path / "a").chmod(0o755)
    with laid(tmp_path, {"a": b"two", "b": b"three"}):
        assert [(tmp_path / name).read_text() for name in "ab"] == ["two", "three"]
    assert (tmp_path / "a").read_bytes() == b"\xff one"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o755
    assert not (tmp_path / "b").exists()


def test_they_are_put_back_also_when_the_build_goes_wrong(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    with pytest.raises(KeyboardInterrupt), laid(tmp_path, {"a": b"two"}):
        raise KeyboardInterrupt
    assert (tmp_path / "a").read_text() == "one"


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_what_is_no_file_is_left_alone(tmp_path: Path, kind: str) -> None:
    outside = tmp_path / "outside"
    outside.write_text("one")
    context = tmp_path / "context"
    context.mkdir()
    (context / "a").symlink_to(outside) if kind == "link" else (context / "a").mkdir()
    with pytest.raises(NotObserved), laid(context, {"a": b"two"}):
        pass
    assert outside.read_text() == "one"


def everything(root: Path) -> dict[str, bytes | None]:
    found = sorted(root.rglob("*"))
    return {path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else None for path in found}


def test_what_was_there_is_put_back(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/.env").write_text("mine")
    before = everything(tmp_path)
    data = {"sub/.env": b"1", "sub/new/deep/file": b"2", ".git/HEAD": b"3"}
    with laid(tmp_path, data):
        assert {name: (tmp_path / name).read_bytes() for name in data} == data
    assert everything(tmp_path) == before


@pytest.mark.parametrize("name", ["file/below", "link/below", "folder", "dangling"])
def test_what_is_in_the_way_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "dangling").symlink_to("nowhere")
    before = everything(tmp_path)
    with pytest.raises(NotObserved) as missing, laid(tmp_path, {"other/file": b"1", name: b"2"}):
        pass
    assert not missing.value.machine
    assert everything(tmp_path) == before


@pytest.mark.parametrize(("number", "machine"), [(errno.EACCES, False), (errno.EROFS, False), (errno.ENOSPC, True)])
def test_a_file_that_cannot_be_written_is_said(
    number: int, machine: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    (tmp_path / "a").write_text("one")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", fail)
        with pytest.raises(NotObserved, match="a cannot be written") as missing, laid(tmp_path, {"a": b"two"}):
            pass
    assert missing.value.machine is machine
    assert (tmp_path / "a").read_text() == "one"
