"""The checks of what an image starts, and of what docker run may replace."""

import pytest
from observing import complete, judged, observation

from grader.model import Run, RunSeen, Verdict

TEXT = 'FROM busybox:1.37\nCOPY lamp /bin/\nENTRYPOINT ["lamp", "--station", "harbour"]\nCMD ["all", "clear"]\n'
TYPED = ("ship", "come about")
SHIP = "harbour: [ship] [come about]"
CLEAR = "harbour: [all] [clear]"


def arguments(run: RunSeen, text: str = TEXT) -> Verdict:
    seen = observation(text, probed={Run(arguments=TYPED): run})
    return judged("takes_arguments", seen, arguments=list(TYPED), output=SHIP)


def command(plain: RunSeen, typed: RunSeen) -> Verdict:
    seen = observation(TEXT, probed={Run(): plain, Run(arguments=TYPED): typed})
    return judged("command_replaceable", seen, default=CLEAR, arguments=list(TYPED))


@pytest.mark.parametrize(
    "run",
    [
        RunSeen(exit_code=0, stdout=f"{SHIP}\n"),
        RunSeen(exit_code=0, stderr=f"{SHIP}\n"),
        RunSeen(exit_code=0, stdout=f"setting up\n{SHIP}\nover\n", stderr="a warning"),
    ],
)
def test_takes_arguments(run: RunSeen) -> None:
    assert arguments(run).status == "passed"


@pytest.mark.parametrize(
    ("printed", "status"),
    [("harbour: [0f3a]", "passed"), ("harbour: [17c9]", "failed"), ("harbour: [{nonce}]", "failed")],
)
def test_what_is_typed_is_others_each_time(printed: str, status: str) -> None:
    typed = Run(arguments=("{nonce}",))
    seen = observation(TEXT, probed={typed: RunSeen(exit_code=0, stdout=printed, nonce="0f3a")})
    verdict = judged("takes_arguments", seen, arguments=["{nonce}"], output="harbour: [{nonce}]")
    assert verdict.status == status
    assert "docker run IMAGE 0f3a" in verdict.seen


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (RunSeen(exit_code=0, stdout=f"{CLEAR}\n"), CLEAR),
        (RunSeen(exit_code=0, stdout="harbour: [ship] [come] [about]"), "[come] [about]"),
        (RunSeen(exit_code=0, stdout="harbour: [come about]"), "harbour: [come about]"),
        (RunSeen(exit_code=1, stdout=f"{SHIP}\n"), "exit code 1"),
        (RunSeen(exit_code=2, stderr="lamp: from which station?"), "from which station?"),
        (RunSeen(exit_code=None, stdout=SHIP, took=10.0), "still running after 10 s"),
        (RunSeen(exit_code=None, error="The container could not be started: ship: not found."), "could not be started"),
        (RunSeen(exit_code=0), "printed nothing"),
    ],
)
def test_does_not_take_arguments(run: RunSeen, says: str) -> None:
    verdict = arguments(run)
    assert (verdict.status, verdict.line) == ("failed", 3)
    assert says in verdict.seen
    assert "docker run IMAGE ship 'come about'" in verdict.seen
    assert complete(verdict)


def test_the_line_is_that_of_cmd_where_there_is_no_entrypoint() -> None:
    run = RunSeen(exit_code=None, error="ship: not found")
    assert arguments(run, 'FROM busybox:1.37\nCMD ["lamp", "all"]\n').line == 2
    assert arguments(run, "FROM busybox:1.37\nRUN true\n").line is None


@pytest.mark.parametrize(
    "typed",
    [
        RunSeen(exit_code=0, stdout=SHIP),
        RunSeen(exit_code=None, error="ship: not found"),  # the default is gone, and takes_arguments says the rest
        RunSeen(exit_code=2, stderr="harbour: no such ship"),
    ],
)
def test_the_default_is_replaced(typed: RunSeen) -> None:
    assert command(RunSeen(exit_code=0, stdout=CLEAR), typed).status == "passed"


@pytest.mark.parametrize(
    ("plain", "typed", "line", "says"),
    [
        (RunSeen(exit_code=2, stderr="lamp: no message"), RunSeen(exit_code=0, stdout=SHIP), 4, "no message"),
        (RunSeen(exit_code=0, stdout="harbour: [all clear]"), RunSeen(exit_code=0), 4, "[all clear]"),
        (RunSeen(exit_code=None, stdout=CLEAR), RunSeen(exit_code=0), 4, "still running"),
        (RunSeen(exit_code=0, stdout=CLEAR), RunSeen(exit_code=0, stdout=CLEAR), 3, "ship 'come about'"),
        (RunSeen(exit_code=0, stdout=CLEAR), RunSeen(exit_code=0, stdout=f"{CLEAR} [ship]"), 3, "[ship]"),
        (RunSeen(exit_code=0, stdout=CLEAR), RunSeen(exit_code=1, stderr=f"not: {CLEAR}"), 3, "exit code 1"),
    ],
)
def test_the_default_is_missing_or_stays(plain: RunSeen, typed: RunSeen, line: int, says: str) -> None:
    verdict = command(plain, typed)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert says in verdict.seen
    assert complete(verdict)


def test_a_limit_of_memory_is_named() -> None:
    run = RunSeen(exit_code=137, memory_bytes=536_870_912)
    assert "exit code 137 (a program in it used more than the 537 MB of memory that it has)" in arguments(run).seen


@pytest.mark.parametrize(("second", "status"), [("day 200: 22:40", "passed"), ("day 7: 05:50", "failed")])
def test_an_answer_that_knows_only_what_is_shown_in_the_task(second: str, status: str) -> None:
    runs = {"7": "day 7: 05:50", "200": second}
    probed = {Run(arguments=(day,)): RunSeen(exit_code=0, stdout=said) for day, said in runs.items()}
    others = [{"arguments": ["200"], "output": "day 200: 22:40"}]
    verdict = judged(
        "takes_arguments", observation(TEXT, probed=probed), arguments=["7"], output="day 7: 05:50", others=others
    )
    assert verdict.status == status
    assert status == "passed" or "docker run IMAGE 200" in verdict.seen
