"""What the checks of a container's health share: an image without a health check, and a container that ended."""

from __future__ import annotations

from grader.checks._text import line_of
from grader.model import HealthSeen, Observation, Verdict, failed


def unwatched(seen: Observation, health: HealthSeen) -> Verdict | None:
    """The failed verdict where there was no health to look at; None where there was."""
    check = seen.built.config.healthcheck
    if check is None or not check.test or check.test[0] == "NONE":
        return failed(
            line=line_of(seen, "HEALTHCHECK"),
            seen="the image has no health check",
            expected="a command that Docker runs in the container again and again",
            hints=("How does Docker know that a program that runs also works?", "Look up HEALTHCHECK."),
        )
    if health.status and health.exit_code is None:
        return None
    log = "\n".join(health.output.strip().splitlines()[-8:])
    code = "" if health.exit_code is None else f" with exit code {health.exit_code}"
    return failed(
        line=line_of(seen, "ENTRYPOINT", "CMD"),
        seen=f"the container did not go on running; it ended{code}\n{log}".strip(),
        expected="a container that runs until it is stopped",
        hints=("What did the program say before it ended?", "Start the image yourself and read its log."),
    )
