"""Something listens at every port that the image exposes.

Looks at: the TCP ports in the image's configuration, published as `docker run -P` does, and whether a connection to
each is taken from outside the container, whatever is spoken there. Where the image exposes none, this does not apply.
Why it matters: EXPOSE opens nothing; it tells people and programs where the service is. A port at which nothing listens
leads them nowhere, and so does a program that listens on 127.0.0.1: only its own container reaches it there.
Loses the point:
    EXPOSE 8080
    ENTRYPOINT ["server", "--listen", "127.0.0.1:8080"]
Earns it:
    EXPOSE 8080
    ENTRYPOINT ["server", "--listen", "0.0.0.0:8080"]
"""

from grader.checks import check
from grader.checks._text import line_of
from grader.model import Observation, Tcp, Verdict, failed, not_applicable, passed


@check(practice="ports", probes=lambda _: [Tcp()])
def exposed_ports_listen(seen: Observation) -> Verdict:
    tcp = seen.of(Tcp())
    if not tcp.exposed:
        return not_applicable("the image exposes no TCP port")
    if not tcp.silent:
        return passed(f"{', '.join(tcp.exposed)} took a connection from outside")
    said = "\n".join(tcp.output.strip().splitlines()[-6:])
    what = f"{', '.join(tcp.silent)} took no connection in {tcp.waited:.1f} s"
    if tcp.exit_code is not None:
        what = (
            f"the container ended with exit code {tcp.exit_code}, and {', '.join(tcp.silent)} had taken no connection"
        )
    return failed(
        line=line_of(seen, "EXPOSE", "ENTRYPOINT", "CMD"),
        seen=f"{tcp.error or what}\n{said}".strip(),
        expected=f"a program that takes connections from outside at {', '.join(tcp.exposed)}",
        hints=(
            "At which port does the program listen, and does the Dockerfile expose that one?",
            "On which address does it listen: on all of them, or on 127.0.0.1, inside the container alone?",
        ),
    )
