"""The learner's progress: the best result counts, two at a time lose nothing, and damage is kept aside and said."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import msgspec
import pytest

from grader import progress
from grader.cli._progress import Meter
from grader.model import Report, Status


def report(status: Status, score: float, of: float = 2, name: str = "02") -> Report:
    return Report(exercise=name, status=status, score=score, max_score=of, checks=())


def test_the_best_counts_and_a_fault_of_the_machine_does_not(tmp_path: Path) -> None:
    assert progress.read(tmp_path) == {}
    for status, score in (("failed", 1), ("not_judged", 0), ("passed", 2), ("failed", 0)):
        progress.note(tmp_path, report(status, score))
    done = progress.read(tmp_path)["02"]
    assert (done.score, done.max_score, done.tries, bool(done.passed)) == (2, 2, 3, True)
    kept = msgspec.json.decode((tmp_path / "progress.json").read_bytes())
    assert (kept["schema"], kept["exercises"]["02"]["score"]) == ("drydock.progress/1", 2)


def test_a_score_of_another_number_of_points_begins_anew_but_passed_stays_passed(tmp_path: Path) -> None:
    progress.note(tmp_path, report("passed", 10, of=10))
    done = progress.note(tmp_path, report("failed", 3, of=12))
    assert done
    assert (done.score, done.max_score, done.tries, bool(done.passed)) == (3, 12, 2, True)


@pytest.mark.parametrize(
    "content",
    [b"", b"not JSON", b"{}garbage", b"[]", b'{"schema": "drydock.progress/9", "exercises": {}}', b'{"exercises": 1}',
     b'{"schema": "drydock.progress/1", "exercises": {"02": {"score": "two"}}}', b"\xff\xfe"],
)  # fmt: skip
def test_damage_is_kept_aside_and_said_and_work_goes_on(tmp_path: Path, content: bytes) -> None:
    said: list[str] = []
    (tmp_path / "progress.json").write_bytes(content)
    progress.note(tmp_path, report("passed", 2), said.append)
    assert (tmp_path / "progress.damaged-1.json").read_bytes() == content
    assert "It is kept as progress.damaged-1.json" in said[0]
    assert progress.read(tmp_path, said.append)["02"].score == 2
    assert len(said) == 1
    (tmp_path / "progress.json").write_bytes(content)
    assert progress.read(tmp_path, said.append) == {}
    assert (tmp_path / "progress.damaged-2.json").read_bytes() == content


def test_many_at_a_time_lose_nothing(tmp_path: Path) -> None:
    def several(name: str) -> None:
        for _ in range(10):
            progress.note(tmp_path, report("failed", 1, name=name))

    threads = [threading.Thread(target=several, args=(name,)) for name in ("02", "02", "05", "05")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert {name: done.tries for name, done in progress.read(tmp_path).items()} == {"02": 20, "05": 20}
    assert sorted(path.name for path in tmp_path.iterdir()) == [".progress.lock", "progress.json"]


@pytest.mark.parametrize(
    ("about", "every", "at", "said"),
    [
        ("even steps", 0, [10, 20, 30, 40], ["about 30.0 s", "about 20.0 s", "about 10.0 s", "about 0.0 s"]),
        ("a slow one says more of the others", 0, [10, 70, 75, 80], ["30.0 s", "70.0 s", "25.0 s", "0.0 s"]),
        ("seldom, and always at the end", 25, [10, 20, 30, 40], ["3 of 4 graded, about 10.0 s", "4 of 4"]),
        ("nothing is waited for", 0, [0, 0, 0, 0], ["about 0.0 s"] * 4),
    ],
)
def test_about_how_long_the_others_take(
    about: str, every: float, at: list[float], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter([0.0, *at])
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    told: list[str] = []
    meter = Meter(len(at), told.append, every)
    for _ in at:
        meter.step("02-first-dockerfile")
    assert len(told) == len(said), about
    for line, part in zip(told, said, strict=True):
        assert part in line
        assert line.endswith(" to go (02-first-dockerfile)")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "file").touch()
    assert progress.note(tmp_path / "file" / "work", report("failed", 1), said.append) is None
    assert "could not be kept" in said[0]
