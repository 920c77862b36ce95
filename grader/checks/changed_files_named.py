"""All files that were changed are named, and no other.

Looks at: the paths under `changed` in the file of answers. A slash in front, the order and the letter that
docker diff gives make no difference.
Why it matters: what was changed tells what somebody was after. A list that is too long hides it, one that is too short
leaves a door open.
Loses the point:
    changed = ["/srv"]        (a folder in which something was changed)
Earns it:
    changed = ["/srv/www/index.html"]
"""

from grader.checks import check
from grader.checks._named import paths_named
from grader.model import Observation, Params, Verdict

HINTS = (
    "Which command lists what a container has changed, and what do its letters mean?",
    "A folder is listed when something in it was changed. Which of the lines are files?",
    "Which of the files does the program in the container write in its ordinary work?",
)


class Parameters(Params, frozen=True, kw_only=True):
    paths: tuple[str, ...]  # the right ones


@check(practice="evidence")
def changed_files_named(seen: Observation, p: Parameters) -> Verdict:
    return paths_named(seen, "changed", p.paths, HINTS)
