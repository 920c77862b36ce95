"""What each ADD takes: which files it would unpack, and what its sources are."""

import bz2
import gzip
import io
import lzma
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grader import dockerfile
from grader.model import Additions, NotObserved
from grader.observe.additions import HEAD, is_archive, see


def packed(size: int = 3, names: tuple[str, ...] = ("a",)) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = size
            archive.addfile(member, io.BytesIO(b"x" * size))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "archive"),
    [
        (packed(), True),
        (gzip.compress(packed()), True),
        (bz2.compress(packed()), True),
        (lzma.compress(packed()), True),
        (packed(size=3 * HEAD), True),
        (gzip.compress(packed(size=3 * HEAD)), True),
        (b"\x28\xb5\x2f\xfd\x00", True),
        (packed(names=()), False),
        (gzip.compress(b"only a text\n" * 99), False),
        (b"\x1f\x8bnot gzip at all", False),
        (b"BZhnot bzip2 at all", False),
        (b"PK\x03\x04 a zip file" + b"\0" * 600, False),
        (b"", False),
        (b"\0" * 4096, False),
        (b"a text\n" * 200, False),
    ],
)
def test_is_archive(tmp_path: Path, data: bytes, archive: bool) -> None:
    (tmp_path / "file").write_bytes(data)
    assert is_archive(tmp_path / "file") is archive


def kinds(context: Path, text: str) -> list[tuple[int, str, str]]:
    bench = SimpleNamespace(context=context, dockerfile=dockerfile.parse(text.encode()))
    return [(one.line, one.source, one.kind) for one in see(cast(Any, bench), Additions()).sources]


@pytest.mark.parametrize(
    ("instruction", "found"),
    [
        ("ADD a.tar /", [("a.tar", "archive")]),
        ("add ./a.tar b.txt /x/", [("a.tar", "archive"), ("b.txt", "file")]),
        ('ADD --chown=1:1 ["/b.txt", "/x/"]', [("b.txt", "file")]),
        ("ADD . /", [(".", "folder")]),
        ("ADD sub /", [("sub", "folder")]),
        ("ADD ../../b.txt /", [("b.txt", "file")]),
        ("ADD $NAME.tar ${NAME}b /", [("a.tar", "archive"), ("ab", "missing")]),
        ("ADD *.t?r [b-c].txt /", [("a.tar", "archive"), ("b.txt", "file")]),
        ("ADD --unpack=false a.tar /", [("a.tar", "file")]),
        ("ADD --unpack=true a.tar /", [("a.tar", "archive")]),
        ("ADD https://example.org/a.tar git@example.org:a.git /", [("https://example.org/a.tar", "address"),
                                                                   ("git@example.org:a.git", "address")]),
        ("ADD <<A <<'B' /x/\none\nA\ntwo\nB", [("<<A", "here-document"), ("<<B", "here-document")]),
        ("COPY a.tar /", []),
    ],
)  # fmt: skip
def test_sources(tmp_path: Path, instruction: str, found: list[tuple[str, str]]) -> None:
    (tmp_path / "a.tar").write_bytes(packed())
    (tmp_path / "b.txt").write_text("b")
    (tmp_path / "sub").mkdir()
    seen = kinds(tmp_path, f"FROM scratch\nENV NAME=a\n{instruction}\n")
    assert [(source.replace("'", ""), kind) for _, source, kind in seen] == found
    assert {line for line, _, _ in seen} <= {3}


def test_a_name_that_cannot_be_expanded_is_not_observed(tmp_path: Path) -> None:
    with pytest.raises(NotObserved, match="x"):
        kinds(tmp_path, "FROM scratch\nADD ${x?needed} /\n")
