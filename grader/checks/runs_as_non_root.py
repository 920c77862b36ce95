"""The container does not run as root.

Looks at: the number of the user that a program of the container runs as.
Why it matters: root in a container is root on the machine as soon as something leaks between the two, and until then it
can change every file of the container. A program needs that only while the image is built.
Loses the point:
    CMD ["/srv/app/server"]        (nobody has said who runs it, so it is root)
Earns it:
    USER 1000
    CMD ["/srv/app/server"]
"""

from grader.checks import check
from grader.checks._text import line_of
from grader.model import Files, Observation, Run, Verdict, failed, passed

ID = Run(entrypoint="id", arguments=("-u",))
PASSWD = Files(paths=("/etc/passwd",), contents=True, follow=True)


@check(practice="user", probes=lambda _: [ID, PASSWD], rules=("hadolint DL3002",))
def runs_as_non_root(seen: Observation) -> Verdict:
    user = seen.built.config.user
    number = _number(seen, user)
    if number:
        return passed(f"it runs as the user {number}" + (f" ({user})" if user != str(number) else ""))
    if number is None:
        what = f"the user '{user}' is not in the image: {seen.of(ID).error}"
    else:
        what = f"it runs as root (0), as the image names the user '{user}'" if user else "it runs as root (0)"
    return failed(
        line=line_of(seen, "USER"),
        seen=what + ("" if user else ": the image names no user"),
        expected="another user than root, by a name that the image knows or by number",
        hints=(
            "Let a container of your image say who it is: id.",
            "Which instruction says as whom the next steps and the container run, and where does it have to stand?",
            "Look up USER, and where the image keeps the names of its users.",
        ),
    )


def _number(seen: Observation, user: str) -> int | None:
    """The user's number: as a container says it, or where it has no `id`, as the image's files have it."""
    run = seen.of(ID)
    if run.exit_code == 0 and run.stdout.strip().isdecimal():
        return int(run.stdout)
    name = user.partition(":")[0]
    if name.isdecimal() or not name:
        return int(name or 0)
    rows = (row.split(":") for row in seen.of(PASSWD).contents.get("/etc/passwd", "").splitlines())
    return next((int(row[2]) for row in rows if len(row) > 2 and row[0] == name and row[2].isdecimal()), None)
