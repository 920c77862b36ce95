"""Judging is a pure function of the observation: what is missing is not judged, and never earns a point."""

import pytest

from grader import checks
from grader.judge import judge, probes
from grader.model import (
    Build,
    BuildFailure,
    Exercise,
    ExerciseCheck,
    Image,
    NotObserved,
    Observation,
    Probed,
    Rebuild,
    RebuildSeen,
    SourceEdited,
    SourceEditedSeen,
    Step,
)


def exercise(*names: str) -> Exercise:
    return Exercise(
        name="01-x",
        folder="",
        title="X",
        lesson="l",
        practice="p",
        minutes=1,
        bases=("busybox:1.37",),
        checks=tuple(ExerciseCheck(name=name, points=2) for name in names),
    )


def seen(**facts: object) -> Observation:
    return Observation(exercise="01-x", submission="s", **facts)


BUILT = Build(builder="buildkit", image="sha256:1", steps=(Step(command="RUN true"),), seconds=1.0)
BROKEN = Build(builder="buildkit", failure=BuildFailure(cause="step", message="line 2 failed", line=2, output="no"))


@pytest.mark.parametrize(
    ("observation", "status", "score", "line"),
    [
        (seen(build=BUILT, image=Image(id="1")), "passed", 2, None),
        (seen(build=BROKEN), "failed", 0, 2),
        (seen(syntax_error="unknown instruction: RUUN", syntax_line=3), "failed", 0, 3),
        (seen(fault="the engine stopped answering"), "not_judged", 0, None),
        (seen(), "not_judged", 0, None),
    ],
)
def test_builds(observation: Observation, status: str, score: float, line: int | None) -> None:
    report = judge(exercise("builds"), observation)
    assert (report.status, report.score, report.checks[0].line) == (status, score, line)


def test_a_check_that_depends_on_a_failed_one_is_not_judged_and_the_report_is_failed() -> None:
    report = judge(exercise("builds", "entrypoint_in_exec_form"), seen(build=BROKEN))
    assert [(check.status, check.points) for check in report.checks] == [("failed", 0), ("not_judged", 0)]
    assert "builds" in report.checks[1].seen
    assert report.status == "failed"


def test_a_check_that_breaks_is_named_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = checks.Check(
        name="broken",
        practice="",
        needs=(),
        judge=lambda _: 1 / 0,
        ask=lambda _: (),
        parameters=checks.load("builds").parameters,
        page="Broken.",
    )
    load = checks.load
    monkeypatch.setattr(checks, "load", lambda name: broken if name == "broken" else load(name))
    report = judge(exercise("broken", "builds"), seen(build=BUILT, image=Image(id="1")))
    assert [check.status for check in report.checks] == ["not_judged", "passed"]
    assert "ZeroDivisionError" in report.checks[0].seen
    assert report.status == "not_judged"


def test_each_question_is_asked_once() -> None:
    port = {"port": 80}
    twice = Exercise(
        name="01-x",
        folder="",
        title="X",
        lesson="l",
        practice="p",
        minutes=1,
        bases=(),
        checks=(
            ExerciseCheck(name="answers_http", points=1, parameters=port | {"body": "a"}),
            ExerciseCheck(name="answers_http", points=1, parameters=port | {"body": "b"}),
        ),
    )
    assert len(probes(twice)) == 1


@pytest.mark.parametrize("name", checks.names())
def test_every_check_has_its_whole_page(name: str) -> None:
    check = checks.load(name)
    assert check.name == name
    assert check.title.endswith(".")
    assert all(check.sections.get(heading) for heading in checks.HEADINGS), f"grader/checks/{name}.py: headings"


def test_the_builds_after_an_edit_are_in_the_report_whoever_chose_the_file() -> None:
    again = Build(builder="buildkit", image="sha256:2", steps=(Step(command="RUN true", output="x"),), seconds=2.0)
    probed = (
        Probed(probe=Rebuild(edit="a.py"), seen=RebuildSeen(build=again)),
        Probed(probe=SourceEdited(), seen=SourceEditedSeen(edit="b.py", build=again)),
        Probed(probe=SourceEdited(), seen=SourceEditedSeen()),
        Probed(probe=Rebuild(edit="c.py"), fault="there is no c.py"),
    )
    report = judge(exercise("builds"), seen(build=BUILT, image=Image(id="1"), probed=probed))
    assert [(one.edit, one.build.seconds, one.build.steps[0].output) for one in report.rebuilds] == [
        ("a.py", 2.0, ""),
        ("b.py", 2.0, ""),
    ]


def test_what_was_not_seen_for_a_fault_of_the_machine_is_nobodys_fault() -> None:
    with pytest.raises(NotObserved) as missing:
        seen(fault="no room").of(Rebuild(edit="a"))
    assert (missing.value.cause, missing.value.machine) == ("no room", True)
    with pytest.raises(NotObserved) as missing:
        seen(refusal="too many paths").of(Rebuild(edit="a"))
    assert (missing.value.cause, missing.value.machine) == ("too many paths", False)
