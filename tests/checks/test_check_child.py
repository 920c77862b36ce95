"""The checks of an image that others build on."""

import pytest
from observing import complete, judged, observation

from grader.model import Build, BuildFailure, Child, ChildSeen, RunSeen, Verdict

TEXT = """\
FROM busybox:1.37
COPY glossary /usr/local/bin/
ONBUILD COPY words.txt /srv/glossary/
ONBUILD RUN glossary make
CMD ["glossary"]
"""
DONE = Build(builder="buildkit", image="sha256:2", seconds=0.5)
WORDS = "1. aft\n2. keel"


def stopped(message: str, command: str, output: str = "") -> Build:
    failure = BuildFailure(cause="step", message=f"Line 1: {message}", line=1, command=command, output=output)
    return Build(builder="buildkit", failure=failure)


def builds(seen: ChildSeen, text: str = TEXT) -> Verdict:
    whole = observation(text, probed={Child(context="children/a"): seen})
    return judged("child_builds", whole, child="children/a", output=WORDS)


def refused(build: Build, text: str = TEXT) -> Verdict:
    whole = observation(text, probed={Child(context="children/b"): ChildSeen(build=build)})
    return judged("child_refused", whole, child="children/b", lacks="words.txt")


def test_the_child_builds() -> None:
    assert builds(ChildSeen(build=DONE, run=RunSeen(exit_code=0, stdout=f"{WORDS}\n"))).status == "passed"


@pytest.mark.parametrize(
    ("seen", "text", "line", "says"),
    [
        (ChildSeen(build=DONE, run=RunSeen(exit_code=0, stdout="1. bow\n2. port\n")), TEXT, 4, "1. bow"),
        (ChildSeen(build=DONE, run=RunSeen(exit_code=1, stderr="it was not made")), TEXT, 4, "it was not made"),
        (ChildSeen(build=DONE, run=RunSeen(exit_code=1, stdout=WORDS)), TEXT, 4, "exit code 1"),
        (ChildSeen(build=DONE, run=RunSeen(exit_code=None, error="could not be started")), TEXT, 4, "not be started"),
        (ChildSeen(build=DONE, run=RunSeen(exit_code=0)), "FROM busybox:1.37\nCOPY a b\n", None, "printed nothing"),
        (ChildSeen(build=stopped("no words.txt", "COPY words.txt /srv/glossary/")), TEXT, 3, "not built: no words.txt"),
        (ChildSeen(build=stopped("it failed", "RUN glossary make", "no sorted.txt")), TEXT, 4, "no sorted.txt"),
        (
            ChildSeen(build=stopped("it failed", "RUN test -s x")),
            TEXT,
            4,
            "it failed (a step of that image's own, which",
        ),
        (ChildSeen(build=stopped("it failed", "RUN test -s x")), "FROM busybox:1.37\n", None, "it failed"),
    ],
)
def test_the_child_does_not_build(seen: ChildSeen, text: str, line: int | None, says: str) -> None:
    verdict = builds(seen, text)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert says in verdict.seen
    assert "Line 1" not in verdict.seen
    assert complete(verdict)


@pytest.mark.parametrize(
    "build",
    [
        stopped("'words.txt' is not in the build context.", "COPY words.txt /srv/glossary/"),
        stopped("the command failed", "RUN glossary make", "glossary: there is no words.txt"),
    ],
)
def test_the_child_is_refused(build: Build) -> None:
    assert refused(build).status == "passed"


@pytest.mark.parametrize(
    ("build", "line", "says"),
    [
        (DONE, 4, "a child without words.txt was built in 0.5 s"),
        (stopped("the command failed", "RUN glossary make", "exit 1"), 4, "does not name it: the command failed"),
        (stopped("it is not permitted", "COPY words.txt /srv/glossary/"), 3, "it is not permitted"),
    ],
)
def test_the_child_is_not_refused(build: Build, line: int, says: str) -> None:
    verdict = refused(build)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert says in verdict.seen
    assert complete(verdict)


def test_the_triggers_of_a_stage_that_is_left_behind_are_not_blamed() -> None:
    text = TEXT + "\nFROM busybox:1.37\nCMD x\n"
    assert builds(ChildSeen(build=DONE, run=RunSeen(exit_code=0)), text).line is None
