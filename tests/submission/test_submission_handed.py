"""A single file that is handed in: which one is meant, how large it may be, and what is said of what cannot be used."""

from __future__ import annotations

import gzip
import os
import time
import zipfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from grader.errors import SubmissionError
from grader.model import Limits, SubmissionKind
from grader.submission import attachments, is_compressed, is_handed_in, read_answers, stage_file

LIMITS = Limits()


def refused(path: Path, kind: SubmissionKind, limits: Limits = LIMITS) -> str:
    with pytest.raises(SubmissionError) as error, stage_file(path, kind, limits):
        pass
    return str(error.value)


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        (("image.tar", "commands.sh"), "image.tar"),
        (("image.tar.gz", "wheels.tar"), "image.tar.gz"),
        (("image.tgz",), "image.tgz"),
        (("mine.tar", "notes.txt"), "mine.tar"),
        (("Mine.TAR.GZ",), "Mine.TAR.GZ"),
    ],
)
def test_the_archive_that_is_meant_is_copied(tmp_path: Path, there: tuple[str, ...], taken: str) -> None:
    for name in there:
        (tmp_path / name).write_text(name)
    with stage_file(tmp_path, "image", LIMITS) as handed:
        copy = Path(handed.path)
        assert (handed.name, copy.read_text(), handed.source, handed.bytes) == (taken, taken, str(tmp_path), len(taken))
        assert copy.parent != tmp_path
    assert not copy.parent.exists()


def test_a_file_of_any_name_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    with stage_file(tmp_path / "x", "image", LIMITS) as handed:
        assert Path(handed.path).read_text() == "x"


@pytest.mark.parametrize(
    ("there", "kind", "said"),
    [
        ((), "image", "there is no image archive in this folder\n  docker save -o image.tar NAME:TAG makes one"),
        (("Dockerfile",), "image", "there is no image archive in this folder"),
        (("a.tar", "b.tgz"), "image", "there are 2 archives: a.tar, b.tgz\n  name the one that is meant"),
        (("image.tar", "image.tar.gz"), "image", "there are 2 archives"),
        ((), "answers", "there is no file called answers.toml\n  write your answers into answers.toml"),
        (("Answers.toml",), "answers", "there is no file called answers.toml"),
    ],
)
def test_a_folder_without_what_is_asked_for(
    tmp_path: Path, there: tuple[str, ...], kind: SubmissionKind, said: str
) -> None:
    for name in there:
        (tmp_path / name).write_text("x")
    assert said in refused(tmp_path, kind)


def test_what_is_not_there_a_link_a_pipe_or_too_large_is_refused(tmp_path: Path) -> None:
    assert "there is nothing that can be read of this name" in refused(tmp_path / "no.tar", "image")
    (tmp_path / "elsewhere").write_text("x")
    (tmp_path / "image.tar").symlink_to(tmp_path / "elsewhere")
    assert "image.tar is a link\n  hand in the file itself" in refused(tmp_path, "image")
    assert "image.tar is a link" in refused(tmp_path / "image.tar", "image")
    (tmp_path / "image.tar").unlink()
    os.mkfifo(tmp_path / "image.tar")
    assert "it is a named pipe" in refused(tmp_path, "image")
    (tmp_path / "image.tar").unlink()
    (tmp_path / "image.tar").write_bytes(bytes(1001))
    small = msgspec.structs.replace(LIMITS, archive_bytes=1000)
    assert "image.tar has 1,001 bytes; at most 1,000 are read" in refused(tmp_path, "image", small)
    (tmp_path / "answers.toml").write_bytes(b"#" * 65_537)
    assert "at most 65,536 are read" in refused(tmp_path, "answers")


@pytest.mark.parametrize(
    ("name", "kind", "there"),
    [
        ("image.tar", "image", True),
        ("image.tar.gz", "image", True),
        ("other.tar", "image", False),
        ("answers.toml", "answers", True),
        ("Dockerfile", "dockerfile", True),
        ("Dockerfile", "image", False),
    ],
)
def test_whether_something_lies_there_to_hand_in(tmp_path: Path, name: str, kind: SubmissionKind, there: bool) -> None:
    (tmp_path / name).write_text("x")
    assert is_handed_in(tmp_path, kind) is there


def test_answers_are_read(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_bytes(b'\xef\xbb\xbf# mine\nchanged = ["/a"]\nhow_many = 3\n')
    assert read_answers(file) == {"changed": ["/a"], "how_many": 3}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"changed = /etc/passwd\n", "is not TOML: Invalid value (at line 1, column 11)"),
        (b"changed = [\n", "is not TOML"),
        (b"a = 1\na = 2\n", "is not TOML"),
        (b"a = '\xff'\n", "is not a text in UTF-8"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "is not TOML"),
        (b"a = " + b"9" * 5000, "is not TOML: Exceeds the limit"),
        (b"a = 1979-99-99", "is not TOML"),
        (b"b = 1\n" + b"a." * 30_000 + b"a = 1", "line 2: a name has more than 20 parts"),
        (b'["a".' + b'\'b\' . "\\"" .' * 20 + b"a]", "line 1: a name has more than 20 parts"),
        (b"x = {" + b"a." * 5_000 + b"a = 1}", "line 1: a name has more than 20 parts"),
    ],
)
def test_answers_that_cannot_be_read(tmp_path: Path, text: bytes, said: str) -> None:
    (tmp_path / "answers.toml").write_bytes(text)
    with pytest.raises(SubmissionError, match=r"the file of answers") as error:
        read_answers(tmp_path / "answers.toml")
    assert said in str(error.value)


@pytest.mark.parametrize(
    "text", ['"' * 65_000, "a" * 65_000, '"a"."b' * 10_000, "'.\\" * 20_000, "a.b = 'x.y.z'\n" * 99]
)
def test_answers_of_any_form_take_little_time(tmp_path: Path, text: str) -> None:
    (tmp_path / "answers.toml").write_text(text)
    began = time.process_time()
    with suppress(SubmissionError):
        read_answers(tmp_path / "answers.toml")
    assert time.process_time() - began < 2


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = tmp_path / "image.tar"
    endless.write_bytes(bytes(2_001))
    real = os.fstat

    def small(descriptor: int) -> os.stat_result:
        seen = real(descriptor)
        return os.stat_result((*seen[:6], min(seen.st_size, 1_000), *seen[7:10]))

    monkeypatch.setattr(os, "fstat", small)
    limits = msgspec.structs.replace(LIMITS, archive_bytes=2_000)
    assert "image.tar grew beyond 2,000 bytes\n  hand in a finished file" in refused(tmp_path, "image", limits)


def test_what_belongs_to_the_answers_is_read_with_its_digests(tmp_path: Path) -> None:
    (tmp_path / "answers.toml").write_text("")
    assert attachments(tmp_path) == {}
    (tmp_path / "manifest.json").write_bytes(b"{}\n")
    (tmp_path / "other.json").write_bytes(b"{}")
    (found,) = attachments(tmp_path).values()
    assert found.text == "{}\n"
    assert found.digests == tuple(f"sha256:{sha256(data).hexdigest()}" for data in (b"{}\n", b"{}"))


def test_what_cannot_belong_to_the_answers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").symlink_to("/etc/passwd")
    with pytest.raises(SubmissionError, match=r"manifest\.json cannot be read"):
        attachments(tmp_path)
    (tmp_path / "manifest.json").unlink()
    (tmp_path / "manifest.json").write_bytes(bytes(65_537))
    with pytest.raises(SubmissionError, match="more than 65,536 bytes"):
        attachments(tmp_path)
    (tmp_path / "manifest.json").unlink()
    os.mkfifo(tmp_path / "manifest.json")
    with pytest.raises(SubmissionError, match="a named pipe"):
        attachments(tmp_path)


def test_whether_a_file_is_compressed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(gzip.compress(b"x"))
    (tmp_path / "b").write_bytes(b"x")
    assert [is_compressed(tmp_path / name) for name in "ab"] == [True, False]


@pytest.mark.parametrize("top", ["", "mine/", "a/b/"])
@pytest.mark.parametrize(("kind", "name"), [("image", "image.tar.gz"), ("image", "x.tar"), ("answers", "answers.toml")])
def test_a_zip_is_looked_into(tmp_path: Path, top: str, kind: SubmissionKind, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "mia.zip", "w") as packed:
        packed.writestr(f"{top}{name}", "mine")
        packed.writestr(f"{top}manifest.json", "{}")
    with stage_file(tmp_path / "mia.zip", kind, LIMITS) as handed:
        assert (Path(handed.path).read_text(), handed.name) == ("mine", name)
        assert set(attachments(Path(handed.folder))) == {"manifest.json"}


def test_a_zip_without_what_is_asked_for_or_with_a_way_out_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("Dockerfile", "FROM scratch")
    assert "there is no image archive in this folder" in refused(tmp_path / "a.zip", "image")
    assert "there is no file called answers.toml" in refused(tmp_path / "a.zip", "answers")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        packed.writestr("../image.tar", "x")
    assert "leads out of the submission" in refused(tmp_path / "b.zip", "image")
    (tmp_path / "c.zip").write_bytes((tmp_path / "a.zip").read_bytes()[:40])
    assert "the archive is damaged" in refused(tmp_path / "c.zip", "image")
