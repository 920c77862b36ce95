"""Whether an engine can hold engines in containers, and if not, why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from grader.engine.client import Engine
from grader.engine.sdk import answers
from grader.errors import NoEngineError

LIMITS = {"MemoryLimit": "memory", "PidsLimit": "processes", "CpuCfsQuota": "processors"}
NEEDED_BYTES = 2_500_000_000


def why_not(info: Mapping[str, Any]) -> tuple[str, ...]:
    """The reasons against it in what `docker info` says, each with what to do; none where it can be."""
    return tuple(_reasons(info))


def need_possible(outer: Engine) -> None:
    """Raise NoEngineError with all reasons where there can be none in this engine."""
    with answers():
        info = outer.api.info()
    if reasons := why_not(info):
        raise NoEngineError(
            f"The tier 'default' cannot be had with the engine at {outer.address.host}: " + "; ".join(reasons) + ".",
            "It is never lowered by itself: choose another one with --tier, or another engine with DOCKER_HOST.",
        )


def _reasons(info: Mapping[str, Any]) -> Iterator[str]:
    if info.get("OSType", "linux") != "linux":
        yield "it does not run Linux containers (switch Docker Desktop to them)"
        return
    if any("rootless" in str(option) for option in info.get("SecurityOptions") or ()):
        yield "it runs without root, and cannot let a container mount (use an engine that runs as root)"
    for key, limit in LIMITS.items():
        if info.get(key) is False:
            yield f"it cannot limit the {limit} of a container (its kernel lacks that control group)"
    memory = int(info.get("MemTotal") or 0)
    if 0 < memory < NEEDED_BYTES:
        yield (
            f"it has {memory / 1e9:.1f} GB of memory, and an engine in a container may take "
            f"{NEEDED_BYTES / 1e9:.1f} GB (give Docker Desktop more)"
        )
