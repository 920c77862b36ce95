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
from grader.checks._text import line_about
from grader.model import Files, Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    owners: dict[str, str]  # absolute path -> user and group as numbers, such as "1000:1000"; "1000": any group


def _probe(p: Parameters) -> Files:
    return Files(paths=tuple(p.owners), follow=True)


@check(practice="copy", probes=lambda p: [_probe(p)])
def file_owner(seen: Observation, p: Parameters) -> Verdict:
    found = seen.of(_probe(p))
    wrong = []
    for path, owner in p.owners.items():
        file = found.at(path)
        user, colon, _ = owner.partition(":")
        if file is None:
            wrong.append((path, f"there is no {path} in the image", f"{path} of {owner}"))
        elif (f"{file.uid}:{file.gid}" if colon else str(file.uid)) != (owner if colon else user):
            wrong.append((path, f"{path} belongs to {file.uid}:{file.gid}", f"{path} of {owner}"))
    if not wrong:
        return passed(", ".join(f"{path} belongs to {owner}" for path, owner in p.owners.items()))
    return failed(
        line=line_about(seen, wrong[0][0], found.at(wrong[0][0])),
        seen="\n".join(said for _, said, _ in wrong),
        expected=", ".join(wanted for _, _, wanted in wrong),
        hints=(
            "List the file in a container of your image, with the numbers of its owner and group.",
            "Which user do the files belong to that COPY and ADD bring?",
            "Look up the flag of COPY that sets the owner.",
        ),
    )
