"""The image's user cannot change the program and its settings.

Looks at: the owners and permissions of the paths, and whether the user that the image names can write them, or owns
them: an owner can give itself the right. No program of the image is asked.
Why it matters: whoever breaks into a program can do what its user can. If that user owns the program, it can be
replaced, and the break-in stays.
Loses the point:
    COPY --chown=1000:1000 . /srv/app/
Earns it:
    COPY . /srv/app/
    RUN chown 1000 /srv/app/data
"""

from grader.checks import check
from grader.checks._rights import judged, probes, whose
from grader.model import File, Observation, Params, Verdict

HINTS = (
    "List the folder in a container of your image, with owners and permissions.",
    "Which of these does the program have to write, and which only to read?",
    "Look up how far chown -R goes.",
)


class Parameters(Params, frozen=True, kw_only=True):
    paths: tuple[str, ...]  # absolute


@check(practice="user", needs=("builds", "runs_as_non_root"), probes=lambda p: probes(p.paths))
def read_only_for_user(seen: Observation, p: Parameters) -> Verdict:
    return judged(
        seen,
        p.paths,
        _objection,
        well="the user {user} can write none of {paths}",
        wanted="{paths}, which the user {user} cannot change",
        hints=HINTS,
    )


def _objection(path: str, right: str, file: File | None, user: str) -> str:
    if right == "owner":
        return f"{path} belongs to the user {user}: an owner can give itself the right to write, whatever the mode is"
    return f"the user {user} can write {path}{whose(file)}" if right == "yes" else ""
