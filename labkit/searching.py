"""Where in an image a text still is: what anybody finds who has the image."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from labkit.session import the_session


def places_of(text: str, image: str) -> tuple[str, ...]:
    """Every place of `image` that holds `text`: `its description`, or a file of a layer such as `/app/key`.

    The description is the JSON with the history and the settings. Files that a later layer has deleted are found too,
    as `docker save` writes every layer out. Raises CellError when there is no such image.
    """
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "image.tar")
        the_session().docker("save", "--output", str(archive), image)
        return tuple(sorted(set(_found(archive, text.encode()))))


def _found(archive: Path, text: bytes) -> Iterator[str]:
    with tarfile.open(archive) as image:
        for member in image:
            part = image.extractfile(member)
            if part is None:
                continue
            if part.read(1) == b"{":
                part.seek(0)
                if text in part.read():
                    yield "its description"
                continue
            part.seek(0)
            yield from _in_layer(part, text)


def _in_layer(part: IO[bytes], text: bytes) -> Iterator[str]:
    """The files of a layer, compressed or not, that hold `text`; none where the part is no layer."""
    try:
        with tarfile.open(fileobj=part) as layer:
            for member in layer:
                file = layer.extractfile(member) if member.isreg() else None
                if file and text in file.read():
                    yield f"/{member.name.removeprefix('./')}"
    except tarfile.ReadError:
        return
