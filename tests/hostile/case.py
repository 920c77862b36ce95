"""One thing that a stranger could hand in, and what has to come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import msgspec

Kind = Literal[
    "build resources", "context", "Dockerfile text", "cross-student", "run time", "archive", "report injection"
]
Verdict = Literal["refused", "failed", "graded"]
"""`refused`: nothing is built; `failed`: the build fails, by the learner's fault; `graded`: it is built and seen."""

Needs = Literal["nothing", "engine", "hardened"]
"""`engine` is safe on any engine; `hardened` takes what only a throw-away engine has limits for."""

GOOD = 'FROM busybox:1.37\nCOPY report /bin/report\nENTRYPOINT ["/bin/report"]\n'
REPORT = '#!/bin/sh\necho "total: $1"\n'


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """`make` puts it into an empty folder and returns what is handed in; `how` says in words what that is.

    `says` is a piece of the refusal, or of what the checks saw, with {seconds} for the time that a build has; `cause`
    that of a failed build, `limit` the limit that is met; `score` what it earns (None: anything). `never` may be in no
    report of it; `web`: it is asked over HTTP too; `user`: what is looked at is who runs it, and what that user may do;
    `slow`: only the suite's own command tries it, not each change.
    """

    name: str
    kind: Kind
    how: str
    make: Callable[[Path], Path]
    verdict: Verdict
    says: str = ""
    cause: str = ""
    limit: str = ""
    score: float | None = None
    never: str = ""
    needs: Needs = "nothing"
    build_seconds: float = 20.0
    web: bool = False
    user: bool = False
    slow: bool = False

    @property
    def exercise(self) -> str:
        """The folder of the exercise that it is handed in to."""
        return "web" if self.web else "user" if self.user else "exercise"


Text = str | bytes


def put(folder: Path, path: str, data: Text = b"") -> Path:
    """A file in `folder`, with the folders above it."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data)
    return place


def good(folder: Path, *, dockerfile: Text = GOOD) -> Path:
    """The answer that earns every point, or its program beside another Dockerfile."""
    put(folder, "Dockerfile", dockerfile)
    put(folder, "report", REPORT).chmod(0o755)
    return folder


def text(dockerfile: Text) -> Callable[[Path], Path]:
    """A folder with this Dockerfile, beside the right program."""
    return lambda folder: good(folder, dockerfile=dockerfile)


def lines(*after_from: str) -> Callable[[Path], Path]:
    """The right answer with these lines behind its FROM."""
    first, rest = GOOD.split("\n", 1)
    return text("\n".join((first, *after_from, rest)))


def with_files(files: Mapping[str, Text], *, dockerfile: Text = GOOD) -> Callable[[Path], Path]:
    """The right program, this Dockerfile, and these files beside them."""

    def make(folder: Path) -> Path:
        good(folder, dockerfile=dockerfile)
        for path, data in files.items():
            put(folder, path, data)
        return folder

    return make


def spoiled(act: Callable[[Path], object]) -> Callable[[Path], Path]:
    """The right answer after `act` had its way with the folder."""

    def make(folder: Path) -> Path:
        good(folder)
        act(folder)
        return folder

    return make


Row = Callable[..., Case]


def rows(kind: Kind) -> tuple[Row, Row, Row]:
    """Makers of cases of one kind: what is refused, what fails to build, what is graded.

    Each takes name, how, make and says, and then keys of Case. What is refused needs no engine, what fails earns 0.
    """

    def row(verdict: Verdict, usual: Mapping[str, object]) -> Row:
        def made(name: str, how: str, make: Callable[[Path], Path], says: str = "", **more: object) -> Case:
            words = {"name": name, "how": how, "make": make, "says": says, "verdict": verdict, **usual, **more}
            return Case(kind=kind, **words)  # type: ignore[arg-type]

        return made

    return row("refused", {}), row("failed", {"score": 0, "needs": "engine"}), row("graded", {"needs": "engine"})
