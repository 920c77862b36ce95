"""An image that was built and cannot be read: its Dockerfile's doing where it is too much, else nobody's zero."""

from __future__ import annotations

import io
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pytest

from grader import exercise
from grader import image as images
from grader.engine.client import Engine
from grader.model import Report
from grader.pipeline import Watcher, check
from tests.conftest import BUSYBOX, Engines
from tests.hostile.case import good
from tests.image import image_making as making

pytestmark = pytest.mark.engine

REPORT = exercise.load(Path(__file__).parents[1] / "hostile/exercise")
ZSTANDARD = b"\x28\xb5\x2f\xfd" + bytes(600)


@pytest.fixture
def graded(all_engines: Engines, tmp_path: Path) -> partial[Report]:
    engine = all_engines.with_bases("graph", BUSYBOX)
    return partial(lambda: check(REPORT, good(tmp_path), lambda: engine, Watcher())[0])


def test_more_than_anybody_looks_at_costs_what_cannot_be_seen(
    graded: partial[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "read", partial(images.read, limits=images.Limits(paths=3)))
    report = graded()
    assert (report.status, report.score) == ("failed", 1)
    assert [(one.status, one.machine) for one in report.checks] == [
        ("passed", False),
        ("not_judged", False),
        ("not_judged", False),
    ]
    assert "more than 3 paths" in report.checks[1].seen


def test_layers_in_a_form_that_is_not_known_are_nobodys_zero(
    graded: partial[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = making.archive(making.saved_parts([ZSTANDARD]))
    monkeypatch.setattr(Engine, "save", lambda *_: nullcontext(io.BytesIO(archive)))
    report = graded()
    assert report.status == "not_judged"
    assert {(one.status, one.machine) for one in report.checks} == {("not_judged", True)}
    assert "cannot be read" in report.checks[0].seen
