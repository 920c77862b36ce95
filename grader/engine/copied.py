"""Files of a container, volumes included, without running anything in it."""

from __future__ import annotations

import contextlib
import io
import tarfile
from collections.abc import Iterator
from typing import Any

from grader.engine.sdk import answers
from grader.errors import EngineError, UsageError

READ_BYTES = 1_000_000


def contents(api: Any, container: str, folder: str, each: int = 4_000) -> dict[str, str]:
    """The regular files under `folder` by their path in it, with the first `each` characters of each.

    At most READ_BYTES of the folder's archive are read, and what lies behind that is left out. Nothing is there where
    there is no such folder.
    """
    try:
        with answers():
            stream, _ = api.get_archive(container, folder)
    except UsageError as missing:
        if "Could not find the file" in missing.what or "No such container:path" in missing.what:
            return {}
        raise
    data = io.BytesIO()
    with answers(), contextlib.closing(stream):
        for piece in stream:
            data.write(piece)
            if data.tell() > READ_BYTES:
                break
    data.seek(0)
    return dict(_texts(data, each))


def _texts(data: io.BytesIO, each: int) -> Iterator[tuple[str, str]]:
    try:
        with tarfile.open(fileobj=data, mode="r|") as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isreg() else None
                if file is not None:
                    path = member.name.partition("/")[2] or member.name
                    yield path, file.read(4 * each).decode("utf-8", "backslashreplace")[:each]
    except tarfile.ReadError as error:
        if data.tell() <= READ_BYTES:
            raise EngineError(f"A folder of the container came as an archive that cannot be read: {error}") from error
