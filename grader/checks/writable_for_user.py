"""The image's user can write where the program has to, and not everybody can.

Looks at: the owners and permissions of the paths and of the folders above them, for the user that the image names; and
what others may do there. No program of the image is asked.
Why it matters: what COPY, RUN and WORKDIR make belongs to root, so a program that runs as somebody else cannot keep its
data there. Permissions for everybody would let every other program change them too.
Loses the point:
    RUN mkdir data && chmod 777 data
Earns it:
    RUN mkdir data && chown 1000 data
    USER 1000
"""

from grader.checks import check
from grader.checks._rights import judged, probes, whose
from grader.model import File, Observation, Params, Verdict

EVERYBODY = 0o002
HINTS = (
    "List the folder in a container of your image, with owners and permissions.",
    "Whom do the files belong to that a step makes, and can that be changed before USER?",
    "Look up chown, and the flag of COPY that does the same.",
)


class Parameters(Params, frozen=True, kw_only=True):
    paths: tuple[str, ...]  # absolute; a folder is one in which files can be made


@check(practice="user", needs=("builds", "runs_as_non_root"), probes=lambda p: probes(p.paths))
def writable_for_user(seen: Observation, p: Parameters) -> Verdict:
    return judged(
        seen,
        p.paths,
        _objection,
        well="the user {user} can write {paths}, and not everybody can",
        wanted="{paths} to be written by the user {user}, and not by everybody",
        hints=HINTS,
    )


def _objection(path: str, right: str, file: File | None, user: str) -> str:
    if right != "yes":
        return f"the user {user} cannot write {path}{whose(file)}"
    if file is not None and file.mode & EVERYBODY:
        return f"everybody can write {path}: its permissions are {file.mode:04o}"
    return ""
