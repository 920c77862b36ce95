"""The image starts in the folder that was asked for.

Looks at: the working directory in the image's configuration.
Why it matters: relative paths of the program, of `docker exec` and of later instructions start there. A `cd` in a RUN
step ends with that step.
Loses the point:
    RUN cd /opt/app
Earns it:
    WORKDIR /opt/app
"""

from posixpath import normpath

from grader.checks import check
from grader.checks._text import last_line, line_of
from grader.model import Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    path: str  # the folder, absolute


@check(
    practice="workdir",
    rules=(
        "hadolint DL3000",
        "hadolint DL3003",
        "buildkit WorkdirRelativePath",
    ),
)
def working_directory(seen: Observation, p: Parameters) -> Verdict:
    there = _plain(seen.built.config.workdir)
    if there == _plain(p.path):
        return passed(f"the working directory is {there}")
    moves = last_line(seen, lambda one: one.name == "RUN" and "cd " in one.text)
    return failed(
        line=line_of(seen, "WORKDIR") or moves,
        seen=f"the working directory is {there}",
        expected=p.path,
        hints=(
            "Which instruction sets the folder for what comes after it, and for the container?",
            "A relative path continues from the one before it, an absolute one does not.",
            "Look up WORKDIR.",
        ),
    )


def _plain(path: str) -> str:
    return normpath("/" + path.lstrip("/"))
