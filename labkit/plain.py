"""The command of Docker's own that does what a function of a notebook does."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from grader.engine.buildkit import Network


def plain_command(
    folder: str | Path,
    tag: str,
    dockerfile: str | None,
    builder: str,
    no_cache: bool,
    build_args: Mapping[str, str] | None,
    target: str,
    network: Network,
) -> str:
    """The `docker build` command line that does the same."""
    words = ["docker", "build"]
    words += ["-t", tag] if tag else []
    words += ["-f", "-" if "\n" in dockerfile else dockerfile] if dockerfile else []
    words += ["--no-cache"] if no_cache else []
    words += ["--target", target] if target else []
    words += ["--network", network] if network != "default" else []
    for name, value in (build_args or {}).items():
        words += ["--build-arg", f"{name}={value}"]
    line = shlex.join([*words, str(folder)])
    return f"DOCKER_BUILDKIT=0 {line}" if builder == "classic" else line
