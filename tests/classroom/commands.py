"""nbgrader's own commands, several in a row: it is loaded once, and each runs in a process forked from that one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.programs import environment

SCRIPT = """
import json, os, sys, traceback
from nbgrader.apps import NbGraderApp

done = []
for number, (folder, words) in enumerate(json.load(sys.stdin)):
    log = f"{sys.argv[1]}.{number}"
    child = os.fork()
    if not child:
        os.chdir(folder)
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
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    done.append([status, open(log).read()])
json.dump(done, sys.stdout)
"""

Done = tuple[int, str]


def nbgrader(logs: Path, *steps: tuple[Path, Sequence[str]], seconds: float = 300) -> list[Done]:
    """The exit status of each command, run in its folder, and what it said."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(logs)],
        input=json.dumps([(str(folder), list(words)) for folder, words in steps]),
        env={**environment(), "PYTHONPATH": "", "JUPYTER_PREFER_ENV_PATH": "1", "HOME": os.environ.get("HOME", "/")},
        cwd=logs.parent,
        stdout=subprocess.PIPE,
        text=True,
        timeout=seconds,
        check=True,
    )
    return [(status, said) for status, said in json.loads(done.stdout)]


def all_well(done: Sequence[Done]) -> None:
    """Fail with what the first said that did not end well."""
    assert [status for status, _ in done] == [0] * len(done), next(said for status, said in done if status)
