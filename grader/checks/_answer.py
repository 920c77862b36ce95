"""What the checks of an answer over HTTP share: the verdict on a container that does not give one."""

from __future__ import annotations

from grader.checks._runs import memory
from grader.checks._text import line_of
from grader.model import HttpSeen, Observation, Verdict, failed


def unanswered(seen: Observation, answer: HttpSeen, port: int, path: str) -> Verdict | None:
    """The failed verdict where nothing answered, with the end of the container's log; None where something did."""
    if answer.status is not None:
        return None
    said = "\n".join(answer.output.strip().splitlines()[-8:])
    if answer.exit_code is None:
        what, hint = (
            f"no answer at port {port}: {answer.error or 'nothing answered'}",
            "Does the program start, and on which port does it listen?",
        )
    else:
        what = f"the container ended with exit code {answer.exit_code} after {answer.waited:.1f} s, before it answered"
        hint = "What did the program say before it ended?"
    what += memory(answer.memory_bytes)
    return failed(
        line=line_of(seen, "ENTRYPOINT", "CMD"),
        seen=f"{what}\n{said}".strip(),
        expected=f"an answer to GET {path} at port {port}",
        hints=(hint, "Start the image yourself and read its log.", "Look up what ENTRYPOINT and CMD start."),
    )
