"""`./drydock` as a program: what a test starts, with which environment, and what it says."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import msgspec

from grader import cli, exercise
from grader.errors import DrydockError

ROOT = exercise.exercises_folder().parent


def command(*words: str) -> list[str]:
    """The command line of `./drydock WORDS` in this Python."""
    return [sys.executable, "-P", "-m", "grader", *words]


def environment() -> dict[str, str]:
    """Its environment: with the engine that the tests were given; without one, Drydock's own is found by itself."""
    given = os.environ.get("DRYDOCK_TEST_ENGINES")
    engine = {"DOCKER_HOST": msgspec.json.decode(Path(given).read_bytes())[0]["host"]} if given else {}
    return {**os.environ, "PYTHONPATH": str(ROOT), **engine}


def drydock(*words: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """What it came to, after at most `seconds`."""
    return subprocess.run(
        command(*words), env=environment(), capture_output=True, text=True, timeout=seconds, check=False
    )


@contextmanager
def running(words: list[str], env: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A program in a session of its own, while the block lasts: what has not ended by then is killed.

    Without that a test of a program that hangs would hang too, for as long as the program does.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(words, env=env, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def processes_that_name(text: str) -> list[str]:
    """The command lines of this machine's processes in which `text` stands."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            found += [line] if text in line else []
    return found


def inside(*words: str) -> subprocess.CompletedProcess[str]:
    """The same command in this process, a second sooner: for those that start no program and no engine."""
    out, error = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with redirect_stdout(out), redirect_stderr(error):
        try:
            given = cli.parser(words[0]).parse_args(words)
            status = given.run(given)
        except DrydockError as failed:
            status = cli.failure(failed)
        except SystemExit as left:
            status = int(left.code or 0)
        out.flush()
    printed = out.buffer
    assert isinstance(printed, io.BytesIO)
    return subprocess.CompletedProcess(list(words), status, printed.getvalue().decode(), error.getvalue())
