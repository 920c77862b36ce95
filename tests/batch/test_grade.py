"""`drydock grade` as a program, with a real engine: right, wrong, broken and hostile submissions, and what dies."""

from __future__ import annotations

import csv
import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from grader import exercise
from grader.answers import answers, lay_out
from grader.engine.runs import LABEL
from tests.programs import command, drydock, environment, running

EXERCISE = exercise.find(exercise.exercises_folder(), "00-hello")
ALL = f"{EXERCISE.max_score:g}"


def results(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def handed_in(folder: Path, *, wrong: int = 3) -> dict[str, tuple[str, str]]:
    """A small class in `folder`: what each learner's status and score have to be (no score: any)."""
    found = answers(EXERCISE)
    right = [one for one in found if one.kind == "right"][:2]
    expected = {}
    for answer in [*right, *[one for one in found if one.kind == "wrong"][:wrong]]:
        lay_out(EXERCISE, Path(answer.folder), folder / answer.name)
        expected[answer.name] = ("passed", ALL) if answer.kind == "right" else ("failed", "")
    lay_out(EXERCISE, Path(right[0].folder), folder / "twin")
    expected["twin"] = ("passed", ALL)
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 and nothing more")
    (folder / "empty").mkdir()
    (folder / "fifo").mkdir()
    os.mkfifo(folder / "fifo" / "Dockerfile")
    return expected | dict.fromkeys(("broken", "empty", "fifo"), ("refused", ""))


def holds(found: dict[str, dict[str, str]], expected: dict[str, tuple[str, str]]) -> None:
    assert {name: row["status"] for name, row in found.items()} == {name: one[0] for name, one in expected.items()}
    for name, (_, score) in expected.items():
        assert not score or found[name]["score"] == score
        assert expected[name][0] != "refused" or (found[name]["score"] == "" and found[name]["reason"])


@pytest.mark.engine
def test_a_class_is_graded_and_nothing_is_graded_twice(tmp_path: Path) -> None:
    expected = handed_in(tmp_path / "in")
    done = drydock("grade", EXERCISE.name, str(tmp_path / "in"), "--out", str(tmp_path / "out"), seconds=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 to be graded, 1 are the same as another one's" in done.stderr
    assert done.stdout.startswith("3 passed, 3 failed, 3 refused\n")
    found = results(tmp_path / "out")
    holds(found, expected)
    assert found["twin"]["same_as"]
    for row in found.values():
        assert "<html" in (tmp_path / "out" / row["page"]).read_text("utf-8")
    again = drydock("grade", EXERCISE.name, str(tmp_path / "in"), "--out", str(tmp_path / "out"), seconds=600)
    assert "0 to be graded" in again.stderr
    assert results(tmp_path / "out") == found


@pytest.mark.engine
def test_killed_in_the_middle_it_goes_on_where_it_was(tmp_path: Path) -> None:
    expected = handed_in(tmp_path / "in", wrong=4)
    words = ("grade", EXERCISE.name, str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--jobs", "1")
    done_before: set[str] = set()
    graders: set[int] = set()
    for after in (1, 3):
        with running(command(*words), environment()) as grader:
            limit = time.monotonic() + 240
            while len(graded(tmp_path / "out")) < after and time.monotonic() < limit:
                time.sleep(0.05)
            graders |= processes_of(grader.pid)
            os.killpg(grader.pid, signal.SIGKILL)
        assert done_before <= graded(tmp_path / "out")
        done_before = graded(tmp_path / "out")
        assert len(done_before) >= after
    finished = drydock(*words, seconds=600)
    assert finished.returncode == 0, finished.stderr
    assert f"{6 - len(done_before)} to be graded" in finished.stderr
    holds(results(tmp_path / "out"), expected)
    assert not_removed(graders) == []


def graded(folder: Path) -> set[str]:
    """The digests of what has an outcome in the store."""
    file = folder / "results.sqlite3"
    if not file.exists():
        return set()
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            return {digest for (digest,) in connection.execute("SELECT digest FROM outcome WHERE tries = 1")}
        except sqlite3.OperationalError:
            return set()


@pytest.mark.engine
@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_ends_it_keeps_what_is_done_and_leaves_nothing(times: int, tmp_path: Path) -> None:
    """Once, and once more while it is ending: the second one does not stop it from removing what it made."""
    handed_in(tmp_path / "in")
    words = command("grade", EXERCISE.name, str(tmp_path / "in"), "--out", str(tmp_path / "out"))
    with running(words, environment()) as grader:
        limit = time.monotonic() + 120
        while not graded(tmp_path / "out") and time.monotonic() < limit:
            time.sleep(0.05)
        kept = len(graded(tmp_path / "out"))
        graders = processes_of(grader.pid)
        for _ in range(times):
            os.killpg(grader.pid, signal.SIGINT)
            time.sleep(0.1)
        printed, said = grader.communicate(timeout=60)
    assert (grader.returncode, printed) == (130, "")
    assert "Traceback" not in said
    assert len(graded(tmp_path / "out")) >= kept > 0
    assert not_removed(graders) == []


def processes_of(group: int) -> set[int]:
    """The numbers of the processes in a group of processes."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
            found |= {int(path.parent.name)} if int(fields[2]) == group else set()
    return found


def not_removed(graders: set[int]) -> list[str]:
    """The names of gradings by these processes that containers in the engine still bear."""
    words = ["docker", "ps", "-a", "--format", f'{{{{.Label "{LABEL}"}}}}', "--filter", f"label={LABEL}"]
    bear = subprocess.run(words, env=environment(), capture_output=True, text=True, check=True).stdout.split()
    return [run for run in bear if int(run.split("-")[1]) in graders]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["02", "--out", "{out}"], "A folder of submissions is missing"),
        (["no-such", "{out}", "--out", "{out}"], "there is no exercise 'no-such'"),
        (["02", "{out}/none", "--out", "{out}"], "is not a folder"),
        (["02", "{out}", "--out", "{out}", "--jobs", "0"], "--jobs is a number above 0"),
        (["02", "{out}", "--out", "{out}", "--roster", "{out}/none.csv"], "none.csv: cannot be read"),
        (["02", "{out}"], "--out"),
    ],
)
def test_words(words: list[str], says: str, tmp_path: Path) -> None:
    done = drydock("grade", *[word.format(out=tmp_path) for word in words])
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr
