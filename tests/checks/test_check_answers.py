"""The checks of a file of answers: exact in what is said, forgiving in how it is written."""

import pytest
from observing import complete, judged

from grader.judge import judge
from grader.model import Exercise, ExerciseCheck, Observation

RIGHT = ["/etc/passwd", "/srv/shop/prices.txt"]
CHECKS = {"changed": "changed_files_named", "added": "added_files_named", "deleted": "deleted_files_named"}


def answered(**answers: object) -> Observation:
    return Observation(exercise="01-x", submission="s", answers=answers)


@pytest.mark.parametrize("question", CHECKS)
@pytest.mark.parametrize(
    "answer",
    [
        ["/etc/passwd", "/srv/shop/prices.txt"],
        ["/srv/shop/prices.txt", "/etc/passwd"],
        ["etc/passwd", "./srv/shop/prices.txt"],
        ["C /etc/passwd", "A  /srv/shop/prices.txt", "/etc/passwd"],
        [" /etc//passwd ", "/srv/./shop/x/../prices.txt", ""],
    ],
)
def test_all_paths_in_any_form(question: str, answer: list[str]) -> None:
    assert judged(CHECKS[question], answered(**{question: answer}), paths=RIGHT).status == "passed"


@pytest.mark.parametrize("question", CHECKS)
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([], "has no answer"),
        (["/etc/passwd"], "1 of 2 are named"),
        ("/etc/passwd", "1 of 2 are named"),
        ([*RIGHT, "/etc"], "2 of 2 are named; what does not belong there: /etc"),
        (["/ETC/passwd", RIGHT[1]], "1 of 2 are named; what does not belong there: /ETC/passwd"),
        ([f"/{number}" for number in range(9)], "/0, /1, /2, /3, /4, /5 and 3 more"),
        ([["/etc/passwd"], {"a": "b"}], "0 of 2 are named"),
        (17, "what does not belong there: /17"),
        (True, "has no answer"),
    ],
)
def test_too_few_too_many_or_others(question: str, answer: object, said: str) -> None:
    verdict = judged(CHECKS[question], answered(**{question: answer}), paths=RIGHT)
    assert verdict.status == "failed"
    assert said in verdict.seen
    assert complete(verdict)


def test_no_verdict_gives_an_answer_away() -> None:
    verdict = judged("changed_files_named", answered(changed=["/x"]), paths=RIGHT)
    words = " ".join([verdict.seen, verdict.expected, *verdict.hints])
    assert not [path for path in RIGHT if path in words]


def test_a_question_that_is_not_there() -> None:
    assert "'changed' has no answer" in judged("changed_files_named", answered(), paths=RIGHT).seen


COMMAND = "/var/tmp/.cache/sync 4444"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (COMMAND, "passed"),
        (f"sh {COMMAND}", "passed"),
        (f"/bin/sh  {COMMAND} ", "passed"),
        (f"{{sync}} /bin/sh {COMMAND}", "passed"),
        ([f"sh {COMMAND}"], "passed"),
        ("", "failed"),
        ("sync 4444", "failed"),
        ("sh /var/tmp/.cache/sync", "failed"),
        (f"{COMMAND} &", "failed"),
        (f"httpd -f -p 8080 {COMMAND}", "failed"),
        (["httpd", f"sh {COMMAND}"], "failed"),
    ],
)
def test_process_named(answer: object, status: str) -> None:
    verdict = judged("process_named", answered(process=answer), command=COMMAND)
    assert verdict.status == status
    assert status == "passed" or complete(verdict)


@pytest.mark.parametrize(
    ("answer", "status"),
    [("ghost", "passed"), (" ghost ", "passed"), (["ghost"], "passed"), ("Ghost", "failed"), ("", "failed"),
     (["root", "ghost"], "failed"), ("ghost::0:0", "failed"), (0, "failed")],
)  # fmt: skip
def test_account_named(answer: object, status: str) -> None:
    verdict = judged("account_named", answered(account=answer), account="ghost")
    assert verdict.status == status
    assert status == "passed" or complete(verdict)


def test_a_file_that_cannot_be_read_is_the_only_check_that_fails() -> None:
    exercise = Exercise(
        name="01-x", folder="", title="", lesson="", practice="", minutes=1, bases=(), submission="answers",
        checks=(
            ExerciseCheck(name="answers_can_be_read", points=1),
            ExerciseCheck(name="account_named", points=1, parameters={"account": "ghost"}),
        ),
    )  # fmt: skip
    seen = Observation(exercise="01-x", submission="s", refusal="the file of answers is not TOML: x")
    report = judge(exercise, seen)
    assert [(one.status, one.machine) for one in report.checks] == [("failed", False), ("not_judged", False)]
    assert complete(judged("answers_can_be_read", seen))
    assert judged("answers_can_be_read", answered(a=1, b=[], c="")).seen == "1 answer"
