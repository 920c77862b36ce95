"""What is found in an exercise: answers that earn something else, survivors, folders that are not whole."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import msgspec
import pytest

from grader import exercise
from grader.answers import Answer, answers
from grader.course.findings import against, off_reference, unsteady
from grader.course.mutate import Mutant
from grader.course.ready import Ready, ready
from grader.course.results import row
from grader.course.summary import as_json, as_text
from grader.course.survivors import Fate, Survivor, held_against, survivors
from grader.course.template import FILES, write
from grader.course.trials import run, trials
from grader.errors import EngineError, ExerciseError, SubmissionError, UsageError
from grader.model import CheckResult, Exercise, ExerciseCheck, LayerShown, Report, Status

TWO = exercise.load(exercise.exercises_folder() / "02-first-dockerfile")


def result(name: str, status: Status = "passed", line: int | None = None, *, machine: bool = False) -> CheckResult:
    points = 1 if status == "passed" else 0
    return CheckResult(name=name, status=status, points=points, max_points=1, line=line, seen="seen", machine=machine)


def report(*checks: CheckResult) -> Report:
    status: Status = "passed" if all(one.status == "passed" for one in checks) else "failed"
    score = sum(one.points for one in checks)
    return Report(exercise="02", status=status, score=score, max_score=len(checks), checks=checks)


def answer(kind: str = "wrong", **fails: int) -> Answer:
    return Answer(kind=kind, name="one", folder="/x", fails=fails)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "checks", "found"),
    [
        (answer("right"), [result("a"), result("b")], []),
        (answer("right"), [result("a", "failed", 3)], [("right/one", "a", "failed on line 3: seen", "passed")]),
        (answer("solution"), [result("a", "not_judged")], [("one", "a", "not judged: seen", "passed")]),
        (answer("starter"), [result("a", "failed")], []),
        (answer("starter"), [result("a")], [("one", "", "it earns all 1 points", "something is left to do")]),
        (answer(a=3), [result("a", "failed", 3), result("b", "not_judged")], []),
        (answer(a=0), [result("a", "failed")], []),
        (answer(a=3), [result("a", "failed", 4)], [("wrong/one", "a", "failed on line 4: seen", "failed on line 3")]),
        (answer(a=3), [result("a")], [("wrong/one", "a", "passed: seen", "failed on line 3")]),
        (answer(a=0), [result("a", "failed"), result("b", "failed")], [("wrong/one", "b", "failed, without a line: seen", "passed")]),  # noqa: E501
    ],
)  # fmt: skip
def test_an_answer_against_its_report(given: Answer, checks: list[CheckResult], found: list[tuple[str, ...]]) -> None:
    assert [(one.where, one.check, one.seen, one.expected) for one in against(given, report(*checks))] == found


@pytest.mark.parametrize(
    ("kind", "told", "said"),
    [
        ("solution", 10_000, ""),
        ("solution", 10_900, ""),
        ("solution", 12_000, "reference = 12_000, and the solution stores 10,000 bytes above its base image"),
        ("solution", 8_000, "reference = 8_000, and"),
        ("right", 1, ""),
        ("solution", None, ""),
    ],
)
def test_the_size_of_the_reference_that_is_told_is_its_own(kind: str, told: int | None, said: str) -> None:
    parameters: dict[str, object] = {"most": 1} | ({"reference": told} if told else {})
    wanted = msgspec.structs.replace(TWO, checks=(ExerciseCheck(name="image_small", points=1, parameters=parameters),))
    layers = (LayerShown(command="", bytes=5_000_000, base=True), LayerShown(command="COPY", bytes=10_000))
    seen = msgspec.structs.replace(report(result("image_small")), layers=layers)
    found = off_reference(wanted, answer(kind), seen)
    assert [(one.where, one.check, one.expected) for one in found] == (
        [("exercise.toml", "image_small", "reference = 10_000")] if said else []
    )
    assert not said or found[0].seen.startswith(said)


def test_a_fault_of_the_machine_is_said_as_such_and_nothing_else_is() -> None:
    (found,) = against(answer(a=3), report(result("a", "not_judged", machine=True), result("b", "failed", 1)))
    assert found.machine
    assert str(found) == "exercises/02/wrong/one: a\n  seen      not judged: seen\n  expected  a verdict"


def test_a_verdict_that_is_another_one_the_second_time() -> None:
    first, second = report(result("a"), result("b", "failed", 2)), report(result("a"), result("b", "failed", 3))
    assert unsteady(answer(), first, first) == []
    (found,) = unsteady(answer(), first, second)
    assert (found.check, found.expected) == ("b", "the first verdict: failed on line 2")


def mutant(text: str, operator: str = "delete") -> Mutant:
    return Mutant(operator=operator, text=text, line=1, data=b"")


def test_survivors_are_found_unless_written_down_and_entries_that_are_not_needed_too() -> None:
    written = (
        Survivor(operator="delete", text="A", reason="why"),
        Survivor(operator="delete", text="B", reason="why"),
        Survivor(operator="swap", text="A", reason="why"),
    )
    fates = (
        Fate(mutant=mutant("A"), killed_by=(), reason="why"),
        Fate(mutant=mutant("B"), killed_by=("builds",), reason="why"),
        Fate(mutant=mutant("C"), killed_by=()),
        Fate(mutant=mutant("D"), killed_by=("builds",)),
    )
    found = [(one.where, one.seen) for one in held_against(TWO, written, fates)]
    assert found == [
        ("solution", "line 1: no check notices this mutant\n[[survivor]]\noperator = \"delete\"\ntext = 'C'"),
        ("mutants.toml", "delete: B\nit is noticed by builds"),
        ("mutants.toml", "swap: A\nno such mutant was made"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[survivor", "is not TOML"),
        ("[[mutant]]\n", "'mutant' is not a key of it"),
        ("[[survivor]]\noperator = 'delete'\ntext = 'A'\n", "missing required field `reason`"),
        (
            "[[survivor]]\noperator = 'delete'\ntext = 'A'\nreason = ' '\n",
            "[[survivor]] 1: reason: expected a sentence",
        ),
        ("[[survivor]]\noperator = 1\ntext = 'A'\nreason = 'b'\n", "Expected `str`, got `int`"),
    ],
)
def test_a_mistake_in_mutants_toml_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "mutants.toml").write_text(text)
    with pytest.raises(ExerciseError, match=r"mutants\.toml") as error:
        survivors(msgspec.structs.replace(TWO, folder=str(tmp_path)))
    assert said in str(error.value)


def test_a_new_exercise_is_read_and_everything_left_to_write_is_found(tmp_path: Path) -> None:
    folder = write(tmp_path, "06-secrets")
    assert exercise.load(folder).title.startswith("TODO")
    found = ready(folder, mutated=True)
    assert not isinstance(found, Ready)
    assert {one.where for one in found} == {*FILES, "right/", "wrong/"} - {"wrong/no-tag/expect.toml"}
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_text(path.read_text().replace("TODO(course)", "done"))
    done = ready(folder, mutated=True)
    assert isinstance(done, Ready)
    assert [one.where for one in done.findings] == ["right/", "wrong/", "wrong/"]


@pytest.mark.parametrize("name", ["secrets", "6-secrets", "06-Secrets", "06-", "../06-x", "06-a--b", ""])
def test_a_name_that_no_exercise_can_have(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="is not a name"):
        write(tmp_path, name)


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "06-secrets").mkdir()
    with pytest.raises(UsageError, match="is there already"):
        write(tmp_path, "06-secrets")


def test_a_line_that_is_not_there_and_a_check_without_a_wrong_answer_or_a_hint(tmp_path: Path) -> None:
    folder = write(tmp_path, "06-secrets")
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_text(path.read_text().replace("- TODO(course)", "").replace("TODO(course)", "done"))
    (folder / "wrong/no-tag/expect.toml").write_text("[fails]\nbase_image_pinned = 30\n")
    done = ready(folder, mutated=False)
    assert isinstance(done, Ready)
    assert {(one.where, one.check) for one in done.findings if one.check} == {
        ("wrong/", "builds"),
        ("hints.md", "builds"),
        ("hints.md", "base_image_pinned"),
        ("wrong/no-tag/expect.toml", "base_image_pinned"),
    }


def test_points_that_the_task_says_otherwise_or_that_do_not_add_up(tmp_path: Path) -> None:
    folder = write(tmp_path, "06-secrets")
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_text(path.read_text().replace("TODO(course)", "done"))
    task = folder / "task.md"
    whole = task.read_text()
    for old, new, check in (
        ("| 1 | the Dockerfile builds", "| 3 | the Dockerfile builds", "builds"),
        ("`builds` |", "`build` |", "build"),
        ("makes 2 points", "makes 4 points", ""),
    ):
        task.write_text(whole.replace(old, new))
        done = ready(folder, mutated=False)
        assert isinstance(done, Ready)
        assert check in {one.check for one in done.findings if one.where == "task.md"}
    task.write_text(whole)
    done = ready(folder, mutated=False)
    assert isinstance(done, Ready)
    assert "task.md" not in {one.where for one in done.findings}


def perfect(wanted: Exercise, context: Path) -> Report:
    """A report in which all passes that has a FROM."""
    failed = {"builds": 1} if b"FROM" not in (context / "Dockerfile").read_bytes() else {}
    results = [
        result(one.name, "failed" if one.name in failed else "passed", failed.get(one.name)) for one in wanted.checks
    ]
    return msgspec.structs.replace(report(*results), exercise=wanted.name)


def test_trials_keep_their_order_and_their_outcomes_make_a_row() -> None:
    wanted = trials(TWO, answers(TWO), twice=True, mutated=True)
    over: list[str] = []
    outcomes = run(wanted, perfect, cancel=threading.Event(), done=lambda one: over.append(one.trial.answer.name))
    assert [one.trial for one in outcomes] == wanted
    assert len(over) == len(wanted)
    found = row(TWO, outcomes, survivors(TWO))
    kinds = [one.kind for one in answers(TWO)]
    assert (found.right, found.wrong) == (kinds.count("right"), kinds.count("wrong"))
    assert found.wrong > 20
    assert found.mutants == found.killed + sum(fate.survived for fate in found.fates)
    # All the wrong answers pass here, and so does the starter.
    assert {"starter", *(f"wrong/{one.name}" for one in answers(TWO) if one.kind == "wrong")} <= {
        one.where for one in found.findings
    }
    assert f"{found.killed}/{found.mutants}" in as_text([found], mutated=True)
    assert msgspec.json.decode(msgspec.json.encode(as_json([found])))["schema"] == "drydock.course/1"


@pytest.mark.parametrize(
    ("error", "killed", "machine"),
    [(SubmissionError("nothing to build"), True, False), (EngineError("no engine"), False, True)],
)
def test_a_mutant_that_is_refused_is_killed_and_a_fault_of_the_machine_is_no_verdict(
    error: Exception, killed: bool, machine: bool
) -> None:
    def grade(_: Exercise, __: Path) -> Report:
        raise error

    solution = [one for one in answers(TWO) if one.kind == "solution"]
    found = row(TWO, run(trials(TWO, solution, twice=False, mutated=True), grade, cancel=threading.Event()), ())
    assert (found.killed > 0, any(one.machine for one in found.findings)) == (killed, machine)
    assert found.findings[0].where == "solution"


def test_when_the_time_is_over_no_more_mutants_are_begun() -> None:
    solution = [one for one in answers(TWO) if one.kind == "solution"]
    wanted = trials(TWO, solution, twice=False, mutated=True)
    outcomes = run(wanted, perfect, seconds=-1, cancel=threading.Event())
    assert [one.why for one in outcomes] == ["", *["time"] * (len(wanted) - 1)]
    found = row(TWO, outcomes, survivors(TWO))
    assert found.mutants == 0
    assert all(one.machine for one in found.findings)
    assert len(found.findings) == len(wanted) - 1


def test_an_interruption_cancels_what_runs_and_begins_nothing_more() -> None:
    cancel, begun = threading.Event(), []

    def grade(wanted: Exercise, context: Path) -> Report:
        begun.append(context)
        if len(begun) > 1:
            cancel.wait(5)
        return perfect(wanted, context)

    def done(_: object) -> None:
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(trials(TWO, answers(TWO), twice=False, mutated=False), grade, cancel=cancel, done=done)
    assert cancel.is_set()
    assert time.monotonic() - began < 4
    assert len(begun) <= 4
    assert not any(path.exists() for path in begun)
