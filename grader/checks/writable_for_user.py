"""The image's user can write where the program has to, and not everybody can.

Looks at: whether a container of the image, as its own user, can write the paths; and the permissions of others on them.
Why it matters: what COPY, RUN and WORKDIR make belongs to root, so a program that runs as somebody else cannot keep its
data there. Permissions for everybody would let every other program change them too.
Loses the point:
    RUN mkdir data && chmod 777 data
Earns it:
    RUN mkdir data && chown 1000 data
    USER 1000
"""

from grader.checks import check
from grader.checks._rights import answers, ask
from grader.checks._runs import outcome
from grader.checks._text import line_about
from grader.model import Files, Observation, Params, Verdict, failed, passed

EVERYBODY = 0o002


class Parameters(Params, frozen=True, kw_only=True):
    paths: tuple[str, ...]  # absolute; a folder is one in which files can be made


@check(
    practice="user",
    needs=("builds", "runs_as_non_root"),
    probes=lambda p: [ask(p.paths), Files(paths=p.paths, follow=True)],
)
def writable_for_user(seen: Observation, p: Parameters) -> Verdict:
    run, files = seen.of(ask(p.paths)), seen.of(Files(paths=p.paths, follow=True))
    said = answers(run)
    user = seen.built.config.user or "root"
    wrong = []
    for path in p.paths:
        file = files.at(path)
        if path not in said:
            wrong.append((path, f"asking for {path} as {user} {outcome(run)}"))
        elif said[path] == "none":
            wrong.append((path, f"there is no {path} in a container"))
        elif said[path] == "no":
            whose = f", which belongs to {file.uid}:{file.gid} with {file.mode:04o}" if file else ""
            wrong.append((path, f"the user {user} cannot write {path}{whose}"))
        elif file is not None and file.mode & EVERYBODY:
            wrong.append((path, f"everybody can write {path}: its permissions are {file.mode:04o}"))
    if not wrong:
        return passed(f"the user {user} can write {', '.join(p.paths)}, and not everybody can")
    first = wrong[0][0]
    return failed(
        line=line_about(seen, first, files.at(first)),
        seen="\n".join(what for _, what in wrong),
        expected=f"{', '.join(path for path, _ in wrong)} to be written by the user {user}, and not by everybody",
        hints=(
            "List the folder in a container of your image, with owners and permissions.",
            "Whom do the files belong to that a step makes, and can that be changed before USER?",
            "Look up chown, and the flag of COPY that does the same.",
        ),
    )
