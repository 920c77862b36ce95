"""Symbolic links of a submission, followed on paper: nothing on a disk is touched."""

from __future__ import annotations

from collections.abc import Mapping

HOPS = 40
"""After so many links the kernel gives up (path_resolution(7))."""

STEPS = 2_000
"""So many names are looked at for one link; twice a longest path."""


def leads_out(path: str, links: Mapping[str, str]) -> bool:
    """Whether following `path` leaves the submission, whose symbolic links are `links` (path -> target).

    A link that leads in a circle, or through more than HOPS links, counts as one that leaves.
    """
    at: list[str] = []
    ahead = path.split("/")[::-1]
    hops = steps = 0
    while ahead:
        steps += 1
        if steps > STEPS:
            return True
        part = ahead.pop()
        if part in ("", "."):
            continue
        if part == "..":
            if not at:
                return True
            at.pop()
            continue
        target = links.get("/".join([*at, part]))
        if target is None:
            at.append(part)
            continue
        hops += 1
        if hops > HOPS or target.startswith("/"):
            return True
        ahead.extend(target.split("/")[::-1])
    return False
