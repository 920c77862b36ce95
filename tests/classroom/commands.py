"""nbgrader's own commands: it is loaded once, and each command runs in a process forked from that one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.programs import environment

SCRIPT = """
import atexit, json, os, sys, traceback
from nbgrader.apps import NbGraderApp

for number, line in enumerate(sys.stdin):
    folder, words, env = json.loads(line)
    log = f"{sys.argv[1]}/{number}.log"
    child = os.fork()
    if not child:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(env)
        for stream in (1, 2):
            os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
        status = 0
        try:
            NbGraderApp.launch_instance(words)
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 1 if left.code else 0
        except BaseException:
            traceback.print_exc()
            status = 70
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with open(log) as file:
        print(json.dumps([status, file.read()]), flush=True)
"""

Done = tuple[int, str]


class NbGrader:
    """The command `nbgrader`, in a folder, with the environment that the test has then."""

    def __init__(self, logs: Path) -> None:
        self._running = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(logs)],
            env={**environment(), "PYTHONPATH": ""},
            cwd=logs,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, folder: Path, *words: str, kernels_find: str = "") -> Done:
        """The exit status of `nbgrader WORDS`, and what it said; kernels find modules in the folder `kernels_find`."""
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        self._running.stdin.write(
            json.dumps([str(folder), words, {**environment(), "PYTHONPATH": kernels_find}]) + "\n"
        )
        self._running.stdin.flush()
        status, said = json.loads(self._running.stdout.readline())
        return status, said

    def all_well(self, folder: Path, *commands: Sequence[str]) -> None:
        """Run one command after the other; fail with what the first said that did not end well."""
        for words in commands:
            status, said = self.run(folder, *words)
            assert status == 0, f"nbgrader {' '.join(words)}:\n{said}"

    def close(self) -> None:
        """End the process."""
        with self._running:
            assert self._running.stdin is not None
            self._running.stdin.close()
