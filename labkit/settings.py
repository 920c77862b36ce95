"""What an image says of itself, and what an instruction has changed in it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from labkit.session import LABEL, the_session
from labkit.sizes import size
from labkit.tables import Table

if TYPE_CHECKING:
    from labkit.machines import Machine

# BuildKit's note for Windows images, which says nothing about the image.
_NOTES = {"ArgsEscaped"}


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """How an image differs from an older one.

    `settings` holds the new value of each setting that differs, by its name in `docker image inspect`; `layers` and
    `bytes` are what was added to the file system.
    """

    image: str
    since: str
    settings: Mapping[str, Any]
    layers: int
    bytes: int

    @property
    def files(self) -> str:
        """What was added to the file system, in words."""
        return f"{self.layers} layer{'s' * (self.layers != 1)}, {size(self.bytes)}" if self.layers else "–"

    @property
    def summary(self) -> str:
        """The settings in one line, `Env: SIZE=10`."""
        return "; ".join(f"{name}: {shown(value)}" for name, value in self.settings.items())

    def _table(self) -> Table:
        rows = [(name, shown(value)) for name, value in self.settings.items()]
        return Table(("what", "in the newer image"), [*rows, ("files", self.files)], f"{self.since} → {self.image}")

    def __repr__(self) -> str:
        return repr(self._table())

    def _repr_html_(self) -> str:
        return self._table()._repr_html_()


def settings(image: str, *, on: Machine | None = None) -> dict[str, Any]:
    """What `docker image inspect` says that containers of `image` start with; only what is set.

    `on` is another machine than the lesson's own. The label that this course puts on what a lesson makes is left out.
    Raises UsageError when there is no such image.
    """
    return _settings(_inspect(image, on))


def _settings(found: Mapping[str, Any]) -> dict[str, Any]:
    labels = {name: value for name, value in (found["Config"].get("Labels") or {}).items() if name != LABEL}
    every = {**found["Config"], "Labels": labels, "Author": found.get("Author")}
    return {name: value for name, value in sorted(every.items()) if value and name not in _NOTES}


def changes(image: str, *, since: str) -> Changes:
    """What `image` has that `since`, the image it was built from, has not. Raises UsageError when one is not there."""
    old, new = _inspect(since), _inspect(image)
    before, after = _settings(old), _settings(new)
    return Changes(
        image=image,
        since=since,
        settings={name: _new(before.get(name), value) for name, value in after.items() if value != before.get(name)},
        layers=len(new["RootFS"]["Layers"]) - len(old["RootFS"]["Layers"]),
        bytes=max(new["Size"] - old["Size"], 0),
    )


def shown(value: Any) -> str:
    """A setting on one line, as short as it can be read."""
    if isinstance(value, list):
        return shlex.join(value) if all(isinstance(word, str) for word in value) else json.dumps(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}={shown(inner)}" if inner else str(key) for key, inner in value.items())
    return str(value)


def _new(before: Any, after: Any) -> Any:
    if isinstance(before, list) and isinstance(after, list) and after[: len(before)] == before:
        return after[len(before) :]
    return after


def _inspect(image: str, on: Machine | None = None) -> dict[str, Any]:
    session = the_session()
    session.settle()
    return (on.engine if on else session.engine).inspect(image)
