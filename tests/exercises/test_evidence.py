"""Exercise 01-evidence: what its script really does to a container is what its checks take for right."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import uuid
from pathlib import Path

import pytest

from grader import exercise
from grader.engine.client import Engine

EVIDENCE = exercise.load(exercise.exercises_folder() / "01-evidence")
FILES = Path(EVIDENCE.folder) / "files"
RIGHT = {item.name: item.parameters for item in EVIDENCE.checks}


def test_what_the_script_hides_is_the_file_in_the_library() -> None:
    hidden = re.search(r"<<'END'\n(.*?)END\n", (FILES / "break-in.sh").read_text(), re.DOTALL)
    assert hidden
    assert base64.b64decode(hidden[1]) == (Path(EVIDENCE.folder) / "library/intruder.sh").read_bytes()


@pytest.mark.engine
@pytest.mark.parametrize("which", ["engine", "oldest_engine"])
def test_the_break_in_leaves_what_the_answers_say(which: str, request: pytest.FixtureRequest) -> None:
    engine: Engine = request.getfixturevalue(which)
    name = f"shop-{uuid.uuid4().hex[:8]}"
    program = Path(engine.address.docker)
    env = engine.address.environment(os.environ)
    if program.is_absolute():
        env["PATH"] = f"{program.parent}{os.pathsep}{env['PATH']}"
    try:
        done = subprocess.run(
            ["sh", "break-in.sh", name, f"{name}:1"], cwd=FILES, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        changes = {change["Path"]: change["Kind"] for change in engine.api.diff(name)}
        folders = {parent.as_posix() for path in changes for parent in Path(path).parents}
        left = {
            kind: sorted(path for path, found in changes.items() if found == number and path not in folders)
            for number, kind in enumerate(("changed", "added", "deleted"))
        }
        running = [row[-1] for row in engine.api.top(name)["Processes"]]
        account = engine.api.exec_start(engine.api.exec_create(name, ["tail", "-n1", "/etc/passwd"])["Id"]).decode()
    finally:
        engine.remove_container(name)
        engine.remove_image(f"{name}:1", force=True)
    assert left["changed"] == [
        *RIGHT["changed_files_named"]["paths"][:1],
        "/srv/shop/orders.txt",
        "/srv/shop/prices.txt",
    ]
    assert left["added"] == sorted(RIGHT["added_files_named"]["paths"])
    assert left["deleted"] == RIGHT["deleted_files_named"]["paths"]
    assert f"sh {RIGHT['process_named']['command']}" in running
    assert account.split(":")[0] == RIGHT["account_named"]["account"]
