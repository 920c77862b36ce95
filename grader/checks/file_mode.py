"""The files have the permissions that were asked for.

Looks at: the permission bits of the image's files, links followed.
Why it matters: COPY takes the bits along that a file has in the build context. A script that lost its execute bit on
the way cannot be started, and a file that everybody may read is no place for what only one user should see.
Loses the point:
    COPY accounts.txt /srv/        (0644: everybody can read it)
Earns it:
    COPY --chmod=640 accounts.txt /srv/
"""

from grader.checks import check
from grader.checks._facts import followed, judged
from grader.model import File, Observation, Params, Verdict

HINTS = (
    "List the file in a container of your image, with its permissions.",
    "What does each of the three digits stand for, and whom does it concern?",
    "Look up the flag of COPY that sets permissions.",
)


class Parameters(Params, frozen=True, kw_only=True):
    modes: dict[str, str]  # absolute path -> permission bits in octal, such as "0640"


@check(practice="copy", probes=lambda p: [followed(p.modes)])
def file_mode(seen: Observation, p: Parameters) -> Verdict:
    return judged(seen, p.modes, _objection, has="has", preposition="with", hints=HINTS)


def _objection(file: File, mode: str) -> str:
    return "" if file.mode == int(mode, 8) else f"{file.path} has the permissions {file.mode:04o}"
