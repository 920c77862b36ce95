"""`layers(…)`: the layers of an image; compared as digests, shown as a tree of what each did to the files."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, overload

from grader.errors import DrydockError
from labkit import explorer
from labkit.images import client
from labkit.session import the_session
from labkit.showing import Shown

if TYPE_CHECKING:
    from grader.model.image import Image
    from labkit.machines import Machine

LISTED = 50_000


class Layers(Sequence[str]):
    """The digests of an image's layers, from the base up; equal to any sequence of the same digests.

    A cell that ends with it shows the layer explorer; only then, and for `.image`, are the layers read.
    """

    def __init__(self, name: str, digests: Sequence[str], on: Machine | None = None) -> None:
        self.name = name
        self._digests = tuple(digests)
        self._on = on

    @cached_property
    def image(self) -> Image:
        """What is known of the image's files and layers (grader.model.image). Raises ImageError, EngineError."""
        from grader import image as images

        session = the_session()
        engine = self._on.engine if self._on else session.engine
        session.settle()
        with engine.save([self.name]) as archive:
            return images.read(archive, limits=images.Limits(listed=LISTED)).image

    @property
    def wasted_bytes(self) -> int:
        """The bytes that the image carries and no container can see."""
        return self.image.wasted_bytes

    def text(self) -> str:
        """What the explorer shows, as text."""
        return explorer.text(self._state())

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        return self._digests[at] if isinstance(at, int) else list(self._digests[at])

    def __len__(self) -> int:
        return len(self._digests)

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Layers | list | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._digests)

    def __repr__(self) -> str:
        return repr(list(self._digests))

    def _ipython_display_(self) -> None:
        from labkit.widgets import LayerExplorer

        try:
            state = self._state()
        except DrydockError as error:
            print(error)  # noqa: T201  what is said here is the cell's output
            return
        Shown(LayerExplorer(state=dict(state))).show(explorer.text(state), explorer.html(state))

    def _state(self) -> explorer.Explored:
        return explorer.explored(self.image, self.name, shlex.join(client(self._on)))


def layers(image: str, *, on: Machine | None = None) -> Layers:
    """The layers of an image, from the base up. Raises CellError when there is no such image.

    `on` is another machine than the lesson's own.
    """
    found: list[str] = json.loads(
        the_session().docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", image, on=on)
    )
    return Layers(image, found, on)
