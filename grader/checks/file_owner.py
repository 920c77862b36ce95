"""The files belong to whom they were asked to.

Looks at: the numbers of the owner and the group of the image's files, links followed.
Why it matters: what COPY and ADD bring belongs to root, whoever USER names. A program that runs as somebody else can
then perhaps read its files, but not change them.
Loses the point:
    USER 1000
    COPY accounts.txt /srv/        (0:0 all the same)
Earns it:
    COPY --chown=1000:1000 accounts.txt /srv/
"""

from grader.checks import check
from grader.checks._facts import followed, judged
from grader.model import File, Observation, Params, Verdict

HINTS = (
    "List the file in a container of your image, with the numbers of its owner and group.",
    "Which user do the files belong to that COPY and ADD bring?",
    "Look up the flag of COPY that sets the owner.",
)


class Parameters(Params, frozen=True, kw_only=True):
    owners: dict[str, str]  # absolute path -> user and group as numbers, such as "1000:1000"; "1000": any group


@check(practice="copy", probes=lambda p: [followed(p.owners)])
def file_owner(seen: Observation, p: Parameters) -> Verdict:
    return judged(seen, p.owners, _objection, has="belongs to", preposition="of", hints=HINTS)


def _objection(file: File, owner: str) -> str:
    both = f"{file.uid}:{file.gid}"
    return "" if owner == (both if ":" in owner else str(file.uid)) else f"{file.path} belongs to {both}"
