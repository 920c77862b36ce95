"""However much is asked of an image, the engine saves it once: also what links lead to and what layers hide."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

import msgspec
import pytest

from grader import exercise
from grader.answers import lay_out
from grader.engine.client import Engine
from grader.model import BuildWithSeen, ExerciseCheck, Observation, Report, StoredSeen
from grader.pipeline import Watcher, check
from tests.conftest import Engines
from tests.image import image_making as making

pytestmark = pytest.mark.engine

SECRET = exercise.load(exercise.exercises_folder() / "04-secret")
LINKED = ExerciseCheck(
    name="file_in_image", points=1, parameters={"files": [{"path": "/way/motd", "holds": "low water"}]}
)
UNPACKED = ExerciseCheck(
    name="archive_unpacked",
    points=1,
    parameters={"archive": "charts.tar", "folder": "/charts", "files": ["elbe"], "holds": {"elbe": "green"}},
)
TEXT = b"""FROM busybox:1.37
COPY register charts.tar /tmp/
RUN mkdir -p /real /charts && ln -s real /way && ln -s words /real/motd && echo low water at 4 > /real/words
RUN tar -xf /tmp/charts.tar -C /charts && rm /tmp/charts.tar && ln -s /real/words /charts/link
"""
TOKEN = b"""RUN --mount=type=secret,id=dock_token sh /tmp/register /run/secrets/dock_token
RUN --mount=type=secret,id=dock_token cp /run/secrets/dock_token /kept
RUN rm /kept
"""


@pytest.fixture(params=["graph", "containerd"])
def graded(
    request: pytest.FixtureRequest, all_engines: Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Report, Observation, list[str]]]:
    """Grade a Dockerfile by these checks; what the engine was asked to save comes with the result."""
    engine = all_engines.with_bases(request.param, *SECRET.bases)

    def grade(text: bytes, *checks: ExerciseCheck) -> tuple[Report, Observation, list[str]]:
        saved: list[str] = []
        given = Engine.save

        def save(self: Engine, names: tuple[str, ...]) -> AbstractContextManager[IO[bytes]]:
            saved.extend(names)
            return given(self, names)

        monkeypatch.setattr(Engine, "save", save)
        lay_out(SECRET, Path(SECRET.folder) / "starter", tmp_path / "context")
        (tmp_path / "context" / "charts.tar").write_bytes(making.tar([making.file("elbe", b"green buoys\n")]))
        (tmp_path / "context" / "Dockerfile").write_bytes(text)
        asked = msgspec.structs.replace(SECRET, name="04-saved-once", checks=checks)
        report, seen = check(asked, tmp_path / "context", lambda: engine, Watcher())
        return report, seen, saved

    return grade


def test_links_and_hidden_layers_take_no_second_save(
    graded: Callable[..., tuple[Report, Observation, list[str]]],
) -> None:
    report, seen, saved = graded(TEXT, LINKED, UNPACKED)
    assert seen.build is not None
    assert saved == [seen.build.image]
    assert [(one.name, one.status) for one in report.checks] == [
        ("file_in_image", "passed"),
        ("archive_unpacked", "failed"),
    ]
    copies = next(one.seen.copies for one in seen.probed if isinstance(one.seen, StoredSeen))
    assert [(copy.path, copy.shows) for copy in copies] == [("/tmp/charts.tar", False)]


def test_an_image_of_another_build_is_saved_once_too(
    graded: Callable[..., tuple[Report, Observation, list[str]]],
) -> None:
    report, seen, saved = graded(TEXT + TOKEN, *SECRET.checks, LINKED)
    assert seen.build is not None
    assert saved.count(seen.build.image) == 1
    assert len(saved) == len(set(saved)) == 2
    assert [one.name for one in report.checks if one.status == "failed"] == ["no_secret_left"]
    other = next(one.seen for one in seen.probed if isinstance(one.seen, BuildWithSeen))
    assert [(one.name, one.line) for one in other.traces if one.where == "layer"] == [("/kept", 6)]
