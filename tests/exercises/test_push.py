"""Exercise 03-push-digest, as a learner does it: a real push to a real registry, and what its output answers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from grader import exercise
from grader.engine.client import Engine
from grader.engine.places import Places
from grader.engine.registry import registry
from grader.pipeline import Watcher, check

pytestmark = pytest.mark.engine
PUSH = exercise.load(exercise.exercises_folder() / "03-push-digest")


@pytest.mark.parametrize("which", ["engine", "oldest_engine"])
def test_what_the_task_says_leads_to_all_points(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    engine: Engine = request.getfixturevalue(which)
    program = Path(engine.address.docker)
    env = engine.address.environment(os.environ)
    if program.is_absolute():
        env["PATH"] = f"{program.parent}{os.pathsep}{env['PATH']}"
    shutil.copytree(Path(PUSH.folder) / "files", tmp_path / "work")
    with registry(Places.from_environment(os.environ), print) as running:
        name = f"{running.address}/harbour:1.0"
        commands = (
            f"docker build -q --provenance=false -t {name} -f harbour.dockerfile . && docker push {name}"
            f" && docker buildx imagetools inspect --raw {name} > manifest.json"
        )
        try:
            done = subprocess.run(
                ["sh", "-c", commands], cwd=tmp_path / "work", env=env, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            digest = re.findall(r"digest: (sha256:[0-9a-f]{64})", done.stdout)[-1]
        finally:
            engine.remove_image(name, force=True)
    manifest = json.loads((tmp_path / "work/manifest.json").read_text())
    (tmp_path / "work/answers.toml").write_text(
        f'pull = "{running.address}/harbour@{digest}"\n'
        f'configuration = "{manifest["config"]["digest"]}"\n'
        f"bytes = {sum(layer['size'] for layer in manifest['layers'])}\n"
        f'shared = "{manifest["layers"][0]["digest"]}"\n'
    )
    report, _ = check(PUSH, tmp_path / "work", lambda: engine, Watcher())
    assert report.status == "passed", report.checks
