"""What the checks of the cache share: why a step ran again, in words."""

from __future__ import annotations

from grader.model import MissCause, RebuildSeen, SourceEditedSeen, Step


def because(miss: Step | None, again: RebuildSeen | SourceEditedSeen) -> str:
    """`: line 2 takes app.py, which has other contents`, where `miss` is the first step that ran and that is known."""
    first = again.first_miss
    if miss is None or first is None or miss.line is None or miss.line != first.line or not again.causes:
        return ""
    return f": line {miss.line} " + ", and ".join(_said(cause) for cause in again.causes[:3])


def _said(cause: MissCause) -> str:
    match cause.kind:
        case "text":
            return f"comes with line {cause.line}, which reads another way"
        case "added":
            return f"takes {cause.path}, which is new"
        case "gone":
            return f"took {cause.path}, which is gone"
        case "contents":
            return f"takes {cause.path}, which has other contents"
        case "mode":
            return f"takes {cause.path}, which has mode {cause.mode:o}, before {cause.mode_before:o}"
