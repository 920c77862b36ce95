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
from grader.checks._text import line_about
from grader.model import Files, Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    modes: dict[str, str]  # absolute path -> permission bits in octal, such as "0640"


def _probe(p: Parameters) -> Files:
    return Files(paths=tuple(p.modes), follow=True)


@check(practice="copy", probes=lambda p: [_probe(p)])
def file_mode(seen: Observation, p: Parameters) -> Verdict:
    found = seen.of(_probe(p))
    wrong = []
    for path, mode in p.modes.items():
        file = found.at(path)
        if file is None:
            wrong.append((path, f"there is no {path} in the image", f"{path} with {mode}"))
        elif file.mode != int(mode, 8):
            wrong.append((path, f"{path} has the permissions {file.mode:04o}", f"{path} with {mode}"))
    if not wrong:
        return passed(", ".join(f"{path} has {mode}" for path, mode in p.modes.items()))
    return failed(
        line=line_about(seen, wrong[0][0], found.at(wrong[0][0])),
        seen="\n".join(said for _, said, _ in wrong),
        expected=", ".join(wanted for _, _, wanted in wrong),
        hints=(
            "List the file in a container of your image, with its permissions.",
            "What does each of the three digits stand for, and whom does it concern?",
            "Look up the flag of COPY that sets permissions.",
        ),
    )
