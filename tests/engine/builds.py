"""What the tests of the engine share."""

from __future__ import annotations

from pathlib import Path

from grader.dockerfile import parse
from grader.engine.client import Engine
from grader.errors import DockerfileError
from grader.model.build import Build, Builder
from grader.model.dockerfile import Dockerfile

BUSYBOX = "busybox:1.37"
FROM = f"FROM {BUSYBOX}\n"
BUILDERS: tuple[Builder, ...] = ("buildkit", "classic")
LIMITS = {"seconds": 60.0, "output_bytes": 100_000}


def build(engine: Engine, context: Path, text: str, **options: object) -> Build:
    """Build a Dockerfile with this text; it is parsed where it can be, so that steps know their lines."""
    return engine.build(context, **{"dockerfile": text.encode(), "lines": _parsed(text), **LIMITS, **options})


def _parsed(text: str) -> Dockerfile | None:
    try:
        return parse(text.encode())
    except DockerfileError:
        return None


def running(command: str) -> list[int]:
    """The processes of this machine, those in containers of local engines too, whose command line is exactly this."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if line == command:
            found.append(int(path.parent.name))
    return found
