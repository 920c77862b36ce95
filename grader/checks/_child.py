"""What the checks of an image that others build on share: the line of the trigger that was at work."""

from __future__ import annotations

from grader.checks._text import line_of, of_the_image
from grader.model import Build, Observation


def trigger_line(seen: Observation, build: Build) -> int | None:
    """The line of the ONBUILD whose instruction stopped the child's build, else that of the last ONBUILD, or None."""
    line = _line(seen, build)
    return line_of(seen, "ONBUILD") if line is None else line


def own_step(seen: Observation, build: Build) -> bool:
    """Whether a RUN of the child's own Dockerfile stopped its build, after all that it was given."""
    return build.failure is not None and build.failure.command.startswith("RUN ") and _line(seen, build) is None


def _line(seen: Observation, build: Build) -> int | None:
    if build.failure is not None and seen.dockerfile is not None:
        for one in of_the_image(seen.dockerfile):
            if one.trigger is not None and _plain(one.trigger.text) in _plain(build.failure.command):
                return one.start
    return None


def why_not(build: Build) -> str:
    """Why the child was not built, without the line, which is one of the child's own Dockerfile."""
    failure = build.failure
    if failure is None:
        return "it was built"
    return failure.message.removeprefix(f"Line {failure.line}: ")


def _plain(text: str) -> str:
    return " ".join(text.split())
