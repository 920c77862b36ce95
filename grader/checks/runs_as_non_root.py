"""The container does not run as root.

Looks at: the user that the image's settings name, and its number in the image's own /etc/passwd. No program of the
image is asked: it could say anything.
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
from grader.model import Observation, Rights, Verdict, failed, passed


@check(practice="user", probes=lambda _: [Rights()], rules=("hadolint DL3002",))
def runs_as_non_root(seen: Observation) -> Verdict:
    user = seen.built.config.user
    number = seen.of(Rights()).user
    if number:
        return passed(f"it runs as the user {number}" + (f" ({user})" if user != str(number) else ""))
    if number is None:
        what = f"the user '{user}' is not in the image, so no container starts"
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
