"""`drydock course` as a program: the real exercise 02 against its answers, and what is refused."""

from __future__ import annotations

import os
import signal
import time

import msgspec
import pytest

from tests.programs import command, drydock, environment, running


@pytest.mark.engine
def test_verdicts_are_the_same_the_second_time() -> None:
    names = ("00-hello", "01-evidence", "05-capitals", "05-permissions")
    done = drydock("course", "check", *names, "--twice", "--no-mutants", "--json", seconds=900)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = msgspec.json.decode(done.stdout)["exercises"]
    assert [(row["exercise"], row["findings"]) for row in rows] == [(name, []) for name in names]


@pytest.mark.engine
def test_an_interruption_ends_what_runs_and_says_so() -> None:
    with running(command("course", "check", "02"), environment()) as check:
        assert check.stderr is not None
        assert any("are to be graded" in line for line in check.stderr)
        time.sleep(3)
        os.killpg(check.pid, signal.SIGINT)
        printed, said = check.communicate(timeout=60)
    assert (check.returncode, printed) == (130, "")
    assert "stopped; nothing was left behind" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["course", "check", "02", "--jobs", "0"], 2, "above 0"),
        (["course", "check", "no-such"], 2, "there is no exercise 'no-such'"),
        (["course", "new", "Secrets"], 2, "is not a name for an exercise"),
        (["course", "coverage"], 0, ""),
        (["course"], 2, "ACTION"),
    ],
)
def test_words(words: list[str], status: int, said: str) -> None:
    done = drydock(*words)
    assert (done.returncode, said in done.stderr) == (status, True), done.stderr


def test_coverage_as_json_names_its_holes() -> None:
    found = msgspec.json.decode(drydock("course", "coverage", "--json").stdout)
    assert found["schema"] == "drydock.coverage/1"
    assert (len(found["instructions"]), len(found["practices"])) == (18, 13)
    assert drydock("course", "coverage", "--strict").returncode == int(bool(found["holes"]))


def test_the_course_has_no_hole() -> None:
    done = drydock("course", "coverage", "--strict")
    assert (done.returncode, done.stdout.strip().endswith("No hole.")) == (0, True), done.stdout[-2000:]
