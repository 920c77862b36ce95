"""broken_input_fails_the_build: only a step that fails will do."""

import pytest
from observing import complete, judged, observation

from grader.model import Build, BuildFailure, BuildWith, BuildWithSeen, Verdict

TEXT = "FROM busybox:1.37\nRUN heights t.csv | sort\nRUN <<END\nheights t.csv\ntrue\nEND\nRUN true\n"


def verdict(failure: BuildFailure | None) -> Verdict:
    build = Build(builder="buildkit", image="" if failure else "sha256:2", failure=failure)
    probed = {BuildWith(files=(("t.csv", "broken"),)): BuildWithSeen(build=build)}
    parameters = {"file": "t.csv", "text": "broken", "command": "heights"}
    return judged("broken_input_fails_the_build", observation(TEXT, probed=probed), **parameters)


def test_the_step_fails() -> None:
    found = verdict(BuildFailure(cause="step", message="it ended with 1", line=2))
    assert (found.status, found.line) == ("passed", 2)


@pytest.mark.parametrize(
    ("failure", "line", "says"),
    [
        (None, 3, "goes well all the same"),
        (BuildFailure(cause="time", message="ended after 300 s", line=7), 7, "another reason: ended after 300 s"),
        (BuildFailure(cause="context", message="no such file"), None, "no such file"),
    ],
)
def test_it_does_not(failure: BuildFailure | None, line: int | None, says: str) -> None:
    found = verdict(failure)
    assert (found.status, found.line) == ("failed", line)
    assert says in found.seen
    assert complete(found)
