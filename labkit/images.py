"""Looking at an image, and running it: what `docker history` and `docker run` say, as values."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

import msgspec

from grader.errors import DrydockError
from labkit.bars import bar, blocks
from labkit.session import LABEL, the_session
from labkit.sizes import size
from labkit.tables import Table, caption

if TYPE_CHECKING:
    from grader.engine.client import Engine
    from labkit.machines import Machine

BASE = "(the base image)"
_NOP = re.compile(r"^/bin/sh -c #\(nop\)\s+")


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `docker history`: what made it, and the bytes it added to the file system."""

    command: str
    bytes: int


class History:
    """The rows of `docker history`, newest first as Docker prints them."""

    def __init__(self, image: str, rows: tuple[HistoryLine, ...], client: str = "docker") -> None:
        self.image = image
        self.rows = rows
        self._command = f"{client} image history {image}"

    @property
    def with_size(self) -> tuple[HistoryLine, ...]:
        """The rows that added something to the file system."""
        return tuple(row for row in self.rows if row.bytes)

    @property
    def without_size(self) -> tuple[HistoryLine, ...]:
        """The rows that added nothing."""
        return tuple(row for row in self.rows if not row.bytes)

    def row(self, words: str) -> HistoryLine:
        """The newest row whose command holds `words`; raises LookupError where there is none."""
        for row in self.rows:
            if words in row.command:
                return row
        raise LookupError(f"no row of the history of {self.image} holds '{words}'")

    def __iter__(self) -> Iterator[HistoryLine]:
        return iter(self.rows)

    def __repr__(self) -> str:
        most = max((row.bytes for row in self.rows), default=0)
        rows = [(size(row.bytes), blocks(row.bytes, most), row.command or BASE) for row in self.rows]
        return repr(Table(("size", "", "created by"), rows, self._command))

    def _repr_html_(self) -> str:
        most, left = max((row.bytes for row in self.rows), default=0), 'style="text-align:left"'
        body = "".join(
            f"<tr><td {left}>{size(row.bytes)}<br>{bar(row.bytes, most)}</td>"
            f"<td {left}><code>{escape(row.command or BASE)}</code></td></tr>"
            for row in self.rows
        )
        return (
            f"<table>{caption(self._command)}<thead><tr>"
            f'<th scope="col" {left}>size</th><th scope="col" {left}>created by</th></tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )


class Ran:
    """What `docker run` came to."""

    def __init__(self, command: str, exit_code: int, stdout: str, stderr: str) -> None:
        self.command = command
        self.exit_code = exit_code
        self.stdout = stdout
        self.stderr = stderr

    @property
    def ok(self) -> bool:
        """Whether the program ended with exit code 0."""
        return self.exit_code == 0

    def __repr__(self) -> str:
        output = (self.stdout + self.stderr).rstrip()
        return f"$ {self.command}\n{output}\n(exit code {self.exit_code})"


def history(image: str, *, on: Machine | None = None) -> History:
    """The history of `image` (on another machine: `on`). Raises CellError when there is no such image."""
    output = the_session().docker(
        "image", "history", "--no-trunc", "--human=false", "--format", "{{json .}}", image, on=on
    )
    lines = [json.loads(line) for line in output.splitlines()]
    rows = tuple(HistoryLine(command=plain(line["CreatedBy"]), bytes=int(line["Size"])) for line in lines)
    return History(image, rows, shlex.join(client(on)))


def run(
    image: str,
    *arguments: str,
    entrypoint: str | None = None,
    options: Sequence[str] = (),
    seconds: float = 60.0,
    on: Machine | None = None,
) -> Ran:
    """`docker run --rm OPTIONS IMAGE ARGUMENTS`, without a network; waits for its end, at most `seconds`.

    `on` is another machine than the lesson's own.
    """
    session = the_session()
    options = [*options, "--entrypoint", entrypoint] if entrypoint is not None else list(options)
    label = ["--label", f"{LABEL}={session.lesson}"] if session.lesson else []
    first, rest = ["run", "--rm", "--network", "none"], [*options, image, *arguments]
    done = session.docker_run([*first, *label, *rest], seconds, on)
    return Ran(shlex.join([*client(on), *first, *rest]), done.returncode, done.stdout, done.stderr)


def image_bytes(image: str, *, on: Machine | None = None) -> int:
    """The size of an image in bytes, as `docker image ls` counts it. Raises CellError when there is none."""
    return int(the_session().docker("image", "inspect", "--format", "{{.Size}}", image, on=on))


def measured(engine: Engine, image: str) -> tuple[int, int] | None:
    """The bytes and the number of layers of an image; None where there is none."""
    try:
        found = engine.inspect(image) if image else None
    except DrydockError:
        return None
    return (int(found["Size"]), len(found["RootFS"]["Layers"])) if found else None


def client(on: Machine | None) -> list[str]:
    """The words that a command for this machine begins with."""
    return ["docker", "-H", on.host] if on else ["docker"]


def plain(created_by: str) -> str:
    """A history row's command as the Dockerfile has it: without the builders' own additions."""
    command = _NOP.sub("", created_by).removesuffix(" # buildkit")
    if command.startswith("/bin/sh -c "):
        command = "RUN " + command.removeprefix("/bin/sh -c ")
    return " ".join(command.replace("RUN /bin/sh -c ", "RUN ", 1).split())
