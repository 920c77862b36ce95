"""All files that were deleted are named, and no other.

Looks at: the paths under `deleted` in the file of answers. A slash in front, the order and the letter that
docker diff gives make no difference.
Why it matters: a file that is gone cannot be seen in the container. The layers of the image below still have it, and
comparing is how it is missed.
Loses the point:
    deleted = []
Earns it:
    deleted = ["/var/log/access.log"]
"""

from grader.checks import check
from grader.checks._named import paths_named
from grader.model import Observation, Params, Verdict

HINTS = (
    "Which command lists what a container has changed, and what do its letters mean?",
    "Where could you still read a file that is gone from the container?",
)


class Parameters(Params, frozen=True, kw_only=True):
    paths: tuple[str, ...]  # the right ones


@check(practice="evidence")
def deleted_files_named(seen: Observation, p: Parameters) -> Verdict:
    return paths_named(seen, "deleted", p.paths, HINTS)
