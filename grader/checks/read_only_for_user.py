"""The image's user cannot change the program and its settings.

Looks at: whether a container of the image, as its own user, can write the paths.
Why it matters: whoever breaks into a program can do what its user can. If that user owns the program, it can be
replaced, and the break-in stays.
Loses the point:
    COPY --chown=1000:1000 . /srv/app/
Earns it:
    COPY . /srv/app/
    RUN chown 1000 /srv/app/data
"""

from grader.checks import check
from grader.checks._rights import answers, ask
from grader.checks._runs import outcome
from grader.checks._text import line_about
from grader.model import Files, Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    paths: tuple[str, ...]  # absolute


@check(
    practice="user",
    needs=("builds", "runs_as_non_root"),
    probes=lambda p: [ask(p.paths), Files(paths=p.paths, follow=True)],
)
def read_only_for_user(seen: Observation, p: Parameters) -> Verdict:
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
        elif said[path] == "yes":
            whose = f", which belongs to {file.uid}:{file.gid} with {file.mode:04o}" if file else ""
            wrong.append((path, f"the user {user} can write {path}{whose}"))
    if not wrong:
        return passed(f"the user {user} can write none of {', '.join(p.paths)}")
    first = wrong[0][0]
    return failed(
        line=line_about(seen, first, files.at(first)),
        seen="\n".join(what for _, what in wrong),
        expected=f"{', '.join(path for path, _ in wrong)}, which the user {user} cannot change",
        hints=(
            "List the folder in a container of your image, with owners and permissions.",
            "Which of these does the program have to write, and which only to read?",
            "Look up how far chown -R goes.",
        ),
    )
