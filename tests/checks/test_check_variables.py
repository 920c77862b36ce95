"""The checks of ARG and ENV, and of what a container prints."""

import pytest
from observing import complete, judged, observation

from grader.model import Build, BuildFailure, BuildWith, BuildWithSeen, Run, RunSeen
from grader.model.image import ImageConfig

TEXT = 'FROM busybox:1.37\nARG EDITION=spring\nENV HARBOUR=Hamburg\nRUN echo $EDITION\nCMD ["board"]\n'
CONFIG = ImageConfig(env=("PATH=/bin", "HARBOUR=Hamburg", "FEE=$5 a day", "EMPTY="))


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"HARBOUR": "Hamburg"}, ""),
        ({"HARBOUR": "Hamburg", "FEE": "$5 a day", "EMPTY": ""}, ""),
        ({"HARBOUR": "Kiel"}, "HARBOUR is 'Hamburg'"),
        ({"FEE": "$5"}, "FEE is '$5 a day'"),
        ({"OTHER": ""}, "OTHER is not set"),
        ({"HARBOUR": "Hamburg", "OTHER": "x"}, "OTHER is not set"),
    ],
)
def test_environment(variables: dict[str, str], says: str) -> None:
    verdict = judged("environment_set", observation(TEXT, config=CONFIG), variables=variables)
    assert verdict.status == ("failed" if says else "passed")
    assert says in verdict.seen
    assert not says or complete(verdict)
    assert verdict.line == (3 if "HARBOUR is" in says else None)


@pytest.mark.parametrize(("names", "says"), [(["EDITION"], ""), (["EDITION", "HARBOUR"], "HARBOUR=Hamburg")])
def test_what_is_left_of_the_build(names: list[str], says: str) -> None:
    verdict = judged("environment_unset", observation(TEXT, config=CONFIG), names=names)
    assert (verdict.status, verdict.line) == (("failed", 3) if says else ("passed", None))
    assert says in verdict.seen
    assert not says or complete(verdict)


def built(seen: BuildWithSeen):
    probe = BuildWith(arguments=(("EDITION", "x-{nonce}"),), run=Run(arguments=("board",)))
    parameters = {"argument": "EDITION", "value": "x-{nonce}", "output": "edition x-{nonce}", "arguments": ["board"]}
    return judged("build_argument_takes_effect", observation(TEXT, probed={probe: seen}), **parameters)


OTHER = Build(builder="buildkit", image="sha256:2")
BROKEN = Build(builder="buildkit", failure=BuildFailure(cause="step", message="it ended with 1", line=4))


def test_the_argument_takes_effect() -> None:
    run = RunSeen(exit_code=0, stdout="the edition x-12 is out\n")
    assert built(BuildWithSeen(build=OTHER, nonce="12", run=run)).status == "passed"


@pytest.mark.parametrize(
    ("build", "run", "says"),
    [
        (
            OTHER,
            RunSeen(exit_code=0, stdout="edition spring"),
            "--build-arg EDITION=x-12, docker run IMAGE board ended",
        ),
        (OTHER, RunSeen(exit_code=0, stdout="edition x-1"), "edition x-1"),
        (OTHER, RunSeen(exit_code=1, stdout="edition x-12"), "exit code 1"),
        (OTHER, RunSeen(exit_code=None, error="board: not found"), "not found"),
        (BROKEN, None, "it ended with 1"),
    ],
)
def test_the_argument_takes_no_effect(build: Build, run: RunSeen | None, says: str) -> None:
    verdict = built(BuildWithSeen(build=build, nonce="12", run=run))
    assert (verdict.status, verdict.line) == ("failed", 4)
    assert says in verdict.seen
    assert complete(verdict)


def printed(*runs: RunSeen, exit_code: int = 0):
    wanted = [
        {"output": "hello", "arguments": ["a b"], "exit_code": exit_code},
        {"output": "bye", "environment": ["A=b"], "exit_code": exit_code},
    ]
    probes = (Run(arguments=("a b",)), Run(environment=("A=b",)))
    seen = observation(TEXT, probed=dict(zip(probes, runs, strict=True)))
    return judged("command_prints", seen, runs=wanted)


@pytest.mark.parametrize("code", [0, 3])
def test_it_prints_what_it_should(code: int) -> None:
    runs = RunSeen(exit_code=code, stdout="well, hello\n"), RunSeen(exit_code=code, stderr="bye")
    assert printed(*runs, exit_code=code).status == "passed"


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (RunSeen(exit_code=0, stdout="hallo"), RunSeen(exit_code=0, stdout="bye"), "docker run IMAGE 'a b'\nended"),
        (RunSeen(exit_code=0, stdout="hello"), RunSeen(exit_code=0), "docker run -e A=b IMAGE\nended"),
        (RunSeen(exit_code=2, stdout="hello"), RunSeen(exit_code=0, stdout="bye"), "exit code 2"),
        (RunSeen(exit_code=None, stdout="hello", took=10), RunSeen(exit_code=0, stdout="bye"), "still running"),
        (RunSeen(exit_code=None, error="no such program"), RunSeen(exit_code=0, stdout="bye"), "no such program"),
    ],
)
def test_it_prints_something_else(first: RunSeen, second: RunSeen, says: str) -> None:
    verdict = printed(first, second)
    assert (verdict.status, verdict.line) == ("failed", 5)
    assert says in verdict.seen
    assert complete(verdict)


@pytest.mark.parametrize(("said", "status"), [("start 1\nstart 2\n", "passed"), ("start 1\nstart 1\n", "failed")])
def test_what_the_same_container_prints_when_it_is_started_again(said: str, status: str) -> None:
    seen = observation(TEXT, probed={Run(starts=2): RunSeen(exit_code=0, stdout=said)})
    verdict = judged("command_prints", seen, runs=[{"output": "start 1\nstart 2", "starts": 2}])
    assert verdict.status == status
    assert "the same container started again, 2 times in all" in verdict.seen


@pytest.mark.parametrize(("said", "status"), [("edition x-12\n9 ships", "passed"), ("edition x-12\n3 ships", "failed")])
def test_what_follows_from_a_file_cannot_be_written_down(said: str, status: str) -> None:
    probe = BuildWith(arguments=(("EDITION", "x-{nonce}"),), files=(("ships.csv", "9"),), run=Run())
    run = RunSeen(exit_code=0, stdout=said)
    verdict = judged(
        "build_argument_takes_effect",
        observation(TEXT, probed={probe: BuildWithSeen(build=OTHER, nonce="12", run=run)}),
        argument="EDITION",
        value="x-{nonce}",
        output="edition x-{nonce}",
        files={"ships.csv": "9"},
        derived="9 ships",
    )
    assert verdict.status == status
    assert "with another ships.csv" in verdict.seen
    assert status == "passed" or complete(verdict)
