"""Files of a container, read from the archive that the engine gives: here from one that is made by hand."""

import io
import tarfile
from collections.abc import Iterator

import pytest

from grader.engine import copied
from grader.errors import EngineError


def archive(**files: bytes) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        folder = tarfile.TarInfo("logbook/")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for name, content in files.items():
            info = tarfile.TarInfo(f"logbook/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("logbook/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return data.getvalue()


class Api:
    """An engine that gives this archive, in pieces."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.given = 0

    def get_archive(self, container: str, folder: str) -> tuple[Iterator[bytes], dict]:
        assert (container, folder) == ("c", "/logbook")

        def pieces() -> Iterator[bytes]:
            for at in range(0, len(self._data), 50_000):
                self.given += 1
                yield self._data[at : at + 50_000]

        return pieces(), {}


def test_the_regular_files_by_their_paths() -> None:
    assert copied.contents(Api(archive(a=b"one", b=b"")), "c", "/logbook") == {"a": "one", "b": ""}


def test_what_is_no_text_is_shown_escaped_and_only_the_start_of_it() -> None:
    found = copied.contents(Api(archive(a=b"\xff" * 10, b=b"x" * 9_000)), "c", "/logbook", each=8)
    assert found == {"a": "\\xff\\xff", "b": "x" * 8}


def test_no_more_is_read_than_the_limit() -> None:
    api = Api(archive(a=b"one", big=bytes(3_000_000), z=b"last"))
    found = copied.contents(api, "c", "/logbook", each=10)
    assert found["a"] == "one"
    assert "z" not in found
    assert api.given < 25


def test_a_broken_archive_is_the_engines_fault() -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        copied.contents(Api(b"no archive at all" * 100), "c", "/logbook")
