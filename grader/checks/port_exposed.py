"""The image says at which port it listens, and something answers there.

Looks at: the ports in the image's configuration, and the answer at this one when all of them are published, as
`docker run -P` does.
Why it matters: EXPOSE opens nothing by itself. It tells people and programs where the service is, and -P publishes what
it names: a port that is missing is not published, and one that is wrong leads nowhere.
Loses the point:
    EXPOSE 80        (and the program listens at 8080)
Earns it:
    EXPOSE 8080
"""

from grader.checks import check
from grader.checks._answer import unanswered
from grader.checks._text import line_of
from grader.model import Observation, Params, Published, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    port: int  # where the program listens, inside the container
    path: str = "/"  # what is asked for
    body: str = ""  # a piece of the answer


@check(practice="ports", probes=lambda p: [Published(port=p.port, path=p.path)])
def port_exposed(seen: Observation, p: Parameters) -> Verdict:
    probed = seen.of(Published(port=p.port, path=p.path))
    wanted = f"{p.port}/tcp"
    shown = ", ".join(probed.published) or "no port"
    if probed.published != (wanted,) or probed.answer is None:
        return failed(
            line=line_of(seen, "EXPOSE"),
            seen=f"the image exposes {shown}",
            expected=f"{wanted} and no other",
            hints=(
                "At which port does the program listen, and over which protocol?",
                "Inspect the image: which ports does it expose?",
                "Look up EXPOSE.",
            ),
        )
    answer = probed.answer
    if silence := unanswered(seen, answer, p.port, p.path):
        return silence
    what = f"port {p.port} was published, and GET {p.path} was answered with {answer.status}"
    if answer.status == 200 and p.body in answer.body:
        return passed(f"{what} after {answer.waited:.1f} s")
    return failed(
        seen=f"{what}: {answer.body[:200].strip()}",
        expected=f"status 200 and an answer that holds: {p.body}",
        hints=("Is it the right program that answers?", "Does it find all that it needs in the image?"),
    )
