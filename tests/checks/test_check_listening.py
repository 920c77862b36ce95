"""The check that something listens at every exposed port."""

import pytest
from observing import complete, judged, observation

from grader.model import Tcp, TcpSeen

TEXT = "FROM busybox:1.37\nEXPOSE 8080\nENTRYPOINT x\n"


def verdict(seen: TcpSeen):
    return judged("exposed_ports_listen", observation(TEXT, probed={Tcp(): seen}))


@pytest.mark.parametrize(
    ("seen", "says", "status"),
    [
        (TcpSeen(exposed=("8080/tcp",), waited=0.2), "8080/tcp took a connection from outside", "passed"),
        (TcpSeen(exposed=("80/tcp", "443/tcp"), waited=1.0), "80/tcp, 443/tcp took", "passed"),
        (TcpSeen(), "exposes no TCP port", "not_judged"),
    ],
)
def test_passes_or_does_not_apply(seen: TcpSeen, says: str, status: str) -> None:
    found = verdict(seen)
    assert (found.status, found.applies) == (status, status == "passed")
    assert says in found.seen


BOTH = ("80/tcp", "8080/tcp")


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (TcpSeen(exposed=("80/tcp",), silent=("80/tcp",), waited=5.0), "80/tcp took no connection in 5.0 s"),
        (TcpSeen(exposed=BOTH, silent=("80/tcp",), waited=5.0), "80/tcp took no connection"),
        (TcpSeen(exposed=BOTH, silent=BOTH, waited=0.3, exit_code=1, output="no such user"), "no such user"),
        (TcpSeen(exposed=BOTH, silent=BOTH, exit_code=0), "ended with exit code 0, and 80/tcp, 8080/tcp"),
        (TcpSeen(exposed=BOTH, silent=BOTH, error="The container could not be started: x"), "could not be started"),
    ],
)
def test_does_not_listen(seen: TcpSeen, says: str) -> None:
    found = verdict(seen)
    assert (found.status, found.line) == ("failed", 2)
    assert says in found.seen
    assert complete(found)
