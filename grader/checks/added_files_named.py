"""All files that were added are named, and no other.

Looks at: the paths under `added` in the file of answers. A slash in front, the order and the letter that
docker diff gives make no difference.
Why it matters: what somebody brought along is what will be started again. Names that begin with a dot are easily
overlooked in the container itself, not from outside.
Loses the point:
    added = ["/var/tmp"]        (a folder)
Earns it:
    added = ["/var/tmp/.x/tool"]
"""

from grader.checks import check
from grader.checks._named import paths_named
from grader.model import Observation, Params, Verdict

HINTS = (
    "Which command lists what a container has changed, and what do its letters mean?",
    "Which of the lines with that letter are folders, and which are files?",
)


class Parameters(Params, frozen=True, kw_only=True):
    paths: tuple[str, ...]  # the right ones


@check(practice="evidence")
def added_files_named(seen: Observation, p: Parameters) -> Verdict:
    return paths_named(seen, "added", p.paths, HINTS)
