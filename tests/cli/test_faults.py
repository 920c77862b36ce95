"""What goes wrong in the middle of a check: nobody's points are touched, and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.engine import private
from grader.engine.bases.ensure import ensure
from grader.engine.client import Engine
from grader.engine.places import EngineAddress, Places, PrivateSpec
from tests.cli.conftest import Said, environment

pytestmark = pytest.mark.engine
PLACES = Places.from_environment(os.environ)
DOOMED = PrivateSpec(name="doomed")
EXERCISE = """
title = "Slow"
lesson = "l"
practice = "p"
minutes = 1
bases = ["busybox:1.37"]

[limits]
build_seconds = 60
run_seconds = 30

[[check]]
name = "builds"
points = 1

[[check]]
name = "answers_http"
points = 1
port = 80
"""


@pytest.fixture
def doomed() -> Iterator[EngineAddress]:
    """An engine of this test's own, which it may kill."""
    address = private.start(PLACES, DOOMED, print)
    ensure(address, PLACES, ["busybox:1.37"], print)
    yield address
    private.remove(PLACES, DOOMED.name)


@pytest.fixture
def exercise(tmp_path: Path) -> Path:
    """An exercise whose folder is named on the command line."""
    folder = tmp_path / "90-slow"
    folder.mkdir()
    (folder / "task.md").write_text("Wait.\n")
    (folder / "exercise.toml").write_text(EXERCISE)
    return folder


@pytest.fixture
def check(exercise: Path, tmp_path: Path) -> Iterator[Callable[[str, EngineAddress], subprocess.Popen[str]]]:
    """Begin to check a Dockerfile on an engine."""
    begun: list[subprocess.Popen[str]] = []

    def begin(dockerfile: str, address: EngineAddress) -> subprocess.Popen[str]:
        folder = tmp_path / "answer"
        folder.mkdir()
        (folder / "Dockerfile").write_text(dockerfile)
        command = [sys.executable, "-P", "-m", "grader", "check", exercise, folder, "--json"]
        temporary = tmp_path / "temporary"
        temporary.mkdir()
        env = environment(**{**address.environment(os.environ), "TMPDIR": str(temporary)})
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        begun.append(process)
        return process

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


def wait_for(there: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until `there()` is true; the test fails when it is not in time."""
    limit = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < limit, "it did not come to that in time"
        time.sleep(0.05)


def runs(command: str) -> bool:
    """Whether a process of this machine, in a container or not, has exactly this command line."""
    wanted = command.encode().replace(b" ", b"\0")
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().rstrip(b"\0") == wanted:
                return True
        except OSError:
            continue
    return False


SLOW_BUILD = "FROM busybox:1.37\nRUN sleep 4711\n"
SLOW_RUN = 'FROM busybox:1.37\nCMD ["sleep", "4712"]\n'


@pytest.mark.parametrize(("dockerfile", "command"), [(SLOW_BUILD, "sleep 4711"), (SLOW_RUN, "sleep 4712")])
def test_an_engine_that_dies_is_not_the_learners_fault(
    dockerfile: str, command: str, doomed: EngineAddress, check: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = check(dockerfile, doomed)
    # It is tried once more in the engine that is started anew, which dies as well.
    for _ in range(2):
        wait_for(lambda: runs(command))
        pid = private.status(PLACES, DOOMED.name).pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not runs(command))
    out, said = process.communicate(timeout=60)
    report = json.loads(out)
    assert process.returncode == 3, said
    assert report["status"] == "not_judged"
    assert [one["points"] for one in report["checks"]] == [0, 0]
    assert "failed" not in {one["status"] for one in report["checks"]}
    assert not runs(command)
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize(("dockerfile", "command"), [(SLOW_BUILD, "sleep 4711"), (SLOW_RUN, "sleep 4712")])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(
    number: signal.Signals,
    dockerfile: str,
    command: str,
    all_engines: object,
    check: Callable[..., subprocess.Popen[str]],
    tmp_path: Path,
) -> None:
    engine: Engine = all_engines.with_bases("graph")  # type: ignore[attr-defined]
    before = engine.labelled_images({"drydock.exercise": "90-slow"})
    process = check(dockerfile, engine.address)
    wait_for(lambda: runs(command))
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in said
    wait_for(lambda: not runs(command), 10)
    assert engine.labelled_containers({"drydock.exercise": "90-slow"}) == ()
    assert engine.labelled_images({"drydock.exercise": "90-slow"}) == before
    assert list((tmp_path / "temporary").iterdir()) == []


def test_interrupted_again_and_again(
    all_engines: object, check: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    """Who presses Ctrl-C until it ends does not cut the cleaning up short: the last line says that nothing was left."""
    engine: Engine = all_engines.with_bases("graph")  # type: ignore[attr-defined]
    process = check(SLOW_RUN, engine.address)
    wait_for(lambda: runs("sleep 4712"))
    limit = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < limit:
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.02)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, "Traceback" in said) == (130, False), said
    wait_for(lambda: not runs("sleep 4712"), 10)
    assert engine.labelled_containers({"drydock.exercise": "90-slow"}) == ()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_base_image_that_is_not_there(drydock: Callable[..., Said], exercise: Path, tmp_path: Path) -> None:
    folder = tmp_path / "answer"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM busibox:1.37\n")
    result = drydock("check", exercise, folder)
    assert result.returncode == 1
    said = " ".join(result.stdout.split())
    assert "busibox:1.37 may not be used here. Allowed are: busybox:1.37." in said


def test_a_step_that_fails_shows_its_line_and_its_last_words(
    drydock: Callable[..., Said], exercise: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "answer"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM busybox:1.37\n\nRUN echo the last words; exit 7\n")
    result = drydock("check", exercise, folder)
    assert result.returncode == 1
    assert "Line 3" in result.stdout
    assert "the last words" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_a_dockerfile_saved_on_windows_is_built_as_it_is(
    drydock: Callable[..., Said], exercise: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "answer"
    folder.mkdir()
    text = 'FROM busybox:1.37\nRUN mkdir /w && \\\n    echo hello > /w/index.html\nCMD ["httpd", "-f", "-h", "/w"]\n'
    (folder / "Dockerfile").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    result = drydock("check", exercise, folder)
    assert result.returncode == 0, result.stdout
