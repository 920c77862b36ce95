"""`drydock watch`, driven as a person does: in a terminal, key by key and save by save; and without a terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import exercise, progress
from tests.cli.conftest import environment
from tests.conftest import Engines

# A Dockerfile that does not parse is judged without an engine.
BROKEN = "RUUN one\n"
HELP = "h hint · n next exercise · l list · r reset · q quit"


class Terminal:
    """A program in a terminal of its own."""

    def __init__(self, *words: str, **changes: str) -> None:
        self.ours, theirs = pty.openpty()
        self.before = termios.tcgetattr(theirs)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader", *words],
            env=environment(TERM="xterm", **changes),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        self.theirs = theirs
        self.text = ""

    def until(self, words: str, seconds: float = 20) -> str:
        """What it prints until `words` come, and them."""
        end = time.monotonic() + seconds
        while words not in self.text:
            assert time.monotonic() < end, f"no '{words}' in:\n{self.text}"
            if select.select([self.ours], [], [], 0.1)[0]:
                self.text += os.read(self.ours, 65536).decode("utf-8", "replace").replace("\r\n", "\n")
        before, _, self.text = self.text.partition(words)
        return before + words

    def press(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.ours)
        os.close(self.theirs)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "02-first-dockerfile"
    folder.mkdir()
    (folder / "Dockerfile").write_text(BROKEN)
    return folder


@pytest.fixture
def watch(work: Path) -> Iterator[Terminal]:
    opened = Terminal("watch", "02", DRYDOCK_WORK=str(work.parent), DOCKER_HOST="unix:///nowhere/docker.sock")
    yield opened
    opened.close()


def test_a_save_is_checked_and_keys_do_what_they_say(watch: Terminal, work: Path) -> None:
    watch.until("It is checked each time that you save.")
    watch.until("RUUN", 30)
    watch.until(HELP)
    watch.press("h")
    watch.until("Hint 1 of 3, builds: ")
    watch.press("h")
    watch.until("Hint 2 of 3, builds: ")
    watch.press("l")
    watch.until("> 02-first-dockerfile")
    (work / "Dockerfile").write_text("FROM debian:trixie-slim\nCOYP a b\n")
    assert "COYP" in watch.until("line 2", 30) + watch.until(HELP)
    watch.press("\x1b[A")
    watch.press("r")
    watch.until("[y/N]")
    watch.press("n")
    watch.until("Nothing was reset.")
    assert "COYP" in (work / "Dockerfile").read_text()
    watch.press("r")
    watch.until("[y/N]")
    watch.press("y")
    watch.until("yours is kept: Dockerfile.before-1")
    assert "MAINTAINER" in (work / "Dockerfile").read_text()
    # With the starter back there is something to build, and no engine to build it.
    watch.until("not judged", 30)
    watch.until(HELP)
    watch.press("n")
    course = exercise.names(exercise.exercises_folder())
    following = course[course.index(work.name) + 1]
    watch.until(following)
    # Not every exercise begins with a Dockerfile.
    assert list((work.parent / following).iterdir())
    watch.press("q")
    assert watch.process.wait(20) == 0
    assert termios.tcgetattr(watch.theirs) == watch.before
    assert progress.read(work.parent)["02-first-dockerfile"].tries == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_the_terminal_as_it_was(watch: Terminal, number: signal.Signals) -> None:
    watch.until("It is checked each time that you save.")
    watch.until(HELP)
    watch.process.send_signal(number)
    assert watch.process.wait(20) == 130
    watch.until("stopped; nothing was left behind")
    assert termios.tcgetattr(watch.theirs) == watch.before


def test_a_file_that_cannot_be_used_is_said_and_watching_goes_on(watch: Terminal, work: Path) -> None:
    watch.until(HELP)
    (work / "Dockerfile").write_bytes(b"FROM debian:trixie-slim\nRUN \xff\n")
    watch.until("is not UTF-8", 30)
    (work / "Dockerfile").write_text(BROKEN)
    watch.until("RUUN", 30)


def test_without_a_terminal_lines_are_keys_and_the_end_of_them_quits(work: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "grader", "watch", "02"],
        env=environment(DRYDOCK_WORK=str(work.parent), DOCKER_HOST="unix:///nowhere/docker.sock"),
        input="hint\n\nlist\nwhat",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Hint 1 of 3, builds: " in done.stdout
    assert "> 02-first-dockerfile" in done.stdout
    assert done.stdout.count(HELP) >= 3
    assert "\x1b" not in done.stdout


@pytest.mark.engine
def test_what_is_saved_is_built_and_a_pass_is_said_and_kept(all_engines: Engines, tmp_path: Path) -> None:
    hello = exercise.load(exercise.exercises_folder() / "00-hello")
    engine = all_engines.with_bases("graph", *hello.bases)
    opened = Terminal("watch", "00", **{**engine.address.environment({}), "DRYDOCK_WORK": str(tmp_path)})
    try:
        opened.until(HELP, 60)
        opened.until(HELP, 60)
        opened.press("h")
        opened.until("Hint 1 of ")
        solution = Path(hello.folder) / "solution/Dockerfile"
        (tmp_path / "00-hello/Dockerfile").write_bytes(solution.read_bytes())
        opened.until("Passed (try 2). `./drydock solution 00-hello` shows the reference.", 60)
        opened.until(HELP)
        opened.press("h")
        opened.until("Everything has passed.")
        opened.press("q")
        assert opened.process.wait(20) == 0
    finally:
        opened.close()
    done = progress.read(tmp_path)["00-hello"]
    assert (done.score, done.tries, bool(done.passed)) == (hello.max_score, 2, True)
