"""Which images a build may use: a BuildKit source policy, read by buildx from a file."""

from __future__ import annotations

import json
from collections.abc import Iterable

HUB = "docker.io"


def normalised(image: str) -> str:
    """The full name of an image, as BuildKit writes it: `busybox` is docker.io/library/busybox:latest."""
    name, _, digest = image.partition("@")
    host, slash, rest = name.partition("/")
    if not slash:
        name = f"{HUB}/library/{name}"
    elif not ("." in host or ":" in host or host == "localhost"):
        name = f"{HUB}/{name}"
    elif host in (HUB, "index.docker.io"):
        name = f"{HUB}/{rest}" if "/" in rest else f"{HUB}/library/{rest}"
    if ":" not in name.rpartition("/")[2] and not digest:
        name += ":latest"
    return f"{name}@{digest}" if digest else name


def source_policy(images: Iterable[str]) -> str:
    """The policy, as JSON, that allows the build context and `images` and nothing else: no other image, no address.

    Each image is allowed twice: with the containerd image store the name that is asked for carries a digest.
    """
    rules = [_rule("DENY", "*", "WILDCARD"), _rule("ALLOW", "local://*", "WILDCARD")]
    for image in images:
        name = f"docker-image://{normalised(image)}"
        rules.append(_rule("ALLOW", name, "EXACT"))
        if "@" not in name:
            rules.append(_rule("ALLOW", f"{name}@sha256:*", "WILDCARD"))
    return json.dumps({"rules": rules})


def _rule(action: str, identifier: str, match: str) -> dict[str, object]:
    return {"action": action, "selector": {"identifier": identifier, "matchType": match}}
