"""Exercise 04-secret with what only a newer engine knows, and two gradings of it at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader import exercise
from grader.answers import lay_out
from grader.engine.client import Engine
from grader.model import Report
from grader.pipeline import Watcher, check

pytestmark = pytest.mark.engine

HEAD = "FROM busybox:1.37\nCOPY register /bin/\n"
IN_A_VARIABLE = HEAD + "RUN --mount=type=secret,id=dock_token,env=DOCK_TOKEN sh /bin/register\n"
KEPT = HEAD + "RUN --mount=type=secret,id=dock_token sh /bin/register /run/secrets/dock_token {}\n"


def report(engine: Engine, folder: Path, text: str) -> Report:
    secret = exercise.load(exercise.exercises_folder() / "04-secret")
    lay_out(secret, Path(secret.folder) / "starter", folder)
    (folder / "Dockerfile").write_text(text)
    return check(secret, folder, lambda: engine, Watcher())[0]


def test_a_secret_in_a_variable_of_the_step_is_right(engine: Engine, tmp_path: Path) -> None:
    found = report(engine, tmp_path / "context", IN_A_VARIABLE)
    assert found.status == "passed", [one.seen for one in found.checks]


def test_what_is_kept_is_found_also_when_the_same_is_graded_twice_at_once(engine: Engine, tmp_path: Path) -> None:
    def failed(number: int) -> list[str]:
        text = KEPT.format("&& sleep 1 && cp /run/secrets/dock_token /kept")
        found = report(engine, tmp_path / f"context-{number}", text)
        return [one.name for one in found.checks if one.status == "failed"]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(failed, range(2))) == [["no_secret_left"]] * 2
