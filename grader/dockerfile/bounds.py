"""How large a Dockerfile may be once it is read."""

from __future__ import annotations

from grader.errors import SubmissionError
from grader.model.dockerfile import Dockerfile

INSTRUCTIONS = 1_000


def bounded(dockerfile: Dockerfile, *, source: str) -> Dockerfile:
    """The same Dockerfile. Raises SubmissionError, which names `source`, where it has more than INSTRUCTIONS."""
    count = len(dockerfile.instructions)
    if count > INSTRUCTIONS:
        raise SubmissionError(
            f"{source}: the Dockerfile has {count:,} instructions; at most {INSTRUCTIONS:,} are built",
            "join steps that belong together",
        )
    return dockerfile
