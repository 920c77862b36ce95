"""The process that was left behind is named.

Looks at: the command line under `process` in the file of answers; the shell in front of it and spaces make no
difference.
Why it matters: a commit keeps files, not processes. What runs has to be written down before the container is stopped.
Loses the point:
    process = "httpd"        (that one belongs there)
Earns it:
    process = "sh /tmp/.x/tool 9000"
"""

from grader.checks import check
from grader.checks._named import one_named, texts
from grader.model import Observation, Params, Verdict

HINTS = (
    "Which processes does the container have, and which of them does its image start?",
    "A pause stops processes, yet they can still be listed.",
    "Look up docker top.",
)
# `sh`, or what some listings put in front of it: `{tool} /bin/sh`.
MOST_BEFORE = 2


class Parameters(Params, frozen=True, kw_only=True):
    command: str  # the right command line, without the shell in front


@check(practice="evidence")
def process_named(seen: Observation, p: Parameters) -> Verdict:
    given, wanted = " ".join(texts(seen, "process")).split(), p.command.split()
    right = given[-len(wanted) :] == wanted and len(given) - len(wanted) <= MOST_BEFORE
    return one_named(seen, "process", right, HINTS)
