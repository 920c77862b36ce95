"""A submission packed for another machine: what arrives there is what was handed in, and what that machine lacks."""

from __future__ import annotations

import os
import shutil
import socket
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from grader import exercise
from grader.answers import answers, lay_out
from grader.batch import parcels
from grader.batch.engines import Engines
from grader.batch.look import look
from grader.batch.parcels import Parcel, grade_parcel, graded, pack
from grader.batch.values import DIED, Outcome
from grader.engine.places import EngineAddress
from grader.errors import NoEngineError
from grader.model import Report
from grader.model.reading import from_json
from grader.model.tier import Tier

ROOT = exercise.exercises_folder()
HELLO, PUSH = str(ROOT / "00-hello"), str(ROOT / "03-push-digest")


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the machine at the other end looked at: the digests, instead of a grading."""
    found: list[object] = []

    @contextmanager
    def none(*_: object) -> Iterator[EngineAddress]:
        yield EngineAddress(host="", docker="")

    def looked(folder: str, path: str, _: EngineAddress, __: float) -> Outcome:
        found.append(look(folder, path))
        return Outcome(report=msgspec.json.encode({"submission": path}), refused=f"{path}/x: no")

    monkeypatch.setattr(parcels, "_engine", none)
    monkeypatch.setattr(parcels, "grade", looked)
    return found


def packed(folder: str, path: Path, tier: Tier = "trusted", seconds: float = 60.0) -> Parcel:
    found = pack(folder, str(path), tier, seconds)
    assert isinstance(found, Parcel), found
    return found


def handed_in(folder: Path) -> Path:
    """A context with what could get lost on the way."""
    (folder / "deep" / "empty").mkdir(parents=True)
    (folder / "Dockerfile").write_bytes(b"FROM busybox:1.37\r\n")
    (folder / ".dockerignore").write_text("x\n")
    (folder / "deep" / "naïve – ☃").write_bytes(bytes(range(256)))
    (folder / "run").write_text("#!/bin/sh\n")
    (folder / "run").chmod(0o700)
    (folder / "link").symlink_to("deep/naïve – ☃")
    (folder / "dangling").symlink_to("nothing")
    return folder


def test_what_arrives_is_what_was_handed_in(tmp_path: Path, seen: list[object]) -> None:
    folder = handed_in(tmp_path / "in")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.write(folder / "Dockerfile", "top/Dockerfile")
        archive.write(folder / "run", "top/run")
    (tmp_path / "alone.txt").write_text("FROM busybox:1.37\n")
    paths = [folder, tmp_path / "in.zip", tmp_path / "alone.txt"]
    for path in paths:
        there = graded(packed(HELLO, path))
        assert msgspec.json.decode(there.report)["submission"] == str(path)
        assert there.refused == f"{path}/x: no"
    assert seen == [look(HELLO, str(path)) for path in paths]
    assert all(isinstance(one, str) for one in seen)


def test_a_learner_s_own_exercise_travels_with_the_answer(tmp_path: Path, seen: list[object]) -> None:
    own = tmp_path / "own" / "00-hello"
    shutil.copytree(HELLO, own)
    text = (own / "exercise.toml").read_text()
    (own / "exercise.toml").write_text(text.replace("Hello from inside", "Hello, ada, from inside"))
    parcel = packed(str(own), handed_in(tmp_path / "in"))
    assert parcel.own
    assert not packed(HELLO, tmp_path / "in").own
    assert graded(parcel).fault == ""
    assert seen == [look(str(own), str(tmp_path / "in"))]


def test_answers_travel_with_what_belongs_to_them(tmp_path: Path, seen: list[object]) -> None:
    (tmp_path / "answers.toml").write_text("pull = 'x'")
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("x" * 100_000)
    parcel = packed(PUSH, tmp_path)
    assert len(parcel.data) < 1000
    assert graded(parcel).fault == ""
    assert seen == [look(PUSH, str(tmp_path))]


@pytest.mark.parametrize("umask", [0o002, 0o022, 0o077])
def test_answers_arrive_whatever_the_umask(umask: int, tmp_path: Path, seen: list[object]) -> None:
    (tmp_path / "answers.toml").write_text("pull = 'x'")
    (tmp_path / "manifest.json").write_text("{}")
    before = os.umask(umask)
    try:
        assert graded(packed(PUSH, tmp_path)).fault == ""
    finally:
        os.umask(before)
    assert seen == [look(PUSH, str(tmp_path))]


def test_more_than_the_limits_allow_does_not_travel(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM busybox:1.37\n")
    with (tmp_path / "huge").open("wb") as file:
        os.truncate(file.fileno(), 200_000_000)
    found = pack(HELLO, str(tmp_path), "trusted", 60.0)
    assert isinstance(found, Outcome)
    assert "100,000,000 bytes" in found.refused


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"code": "0"}, "it has another version of Drydock; put the same files on every worker"),
        ({"version": "0"}, "it has another version of the exercise 00-hello"),
        ({"exercise": "99-none"}, "it has another version of the exercise 99-none"),
        ({"digest": "0"}, "what arrived is not what was sent"),
    ],
)
def test_a_machine_with_other_files_grades_nothing(
    changed: dict[str, str], says: str, tmp_path: Path, seen: list[object]
) -> None:
    parcel = msgspec.structs.replace(packed(HELLO, handed_in(tmp_path / "in")), **changed)
    assert says in graded(parcel).fault
    assert seen == []


def test_a_fault_names_its_machine(tmp_path: Path, seen: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "grade", lambda _, path, *__: Outcome(fault=f"no room for {path}"))
    found = graded(packed(HELLO, handed_in(tmp_path / "in")))
    assert found.fault == f"{socket.gethostname()}: no room for {tmp_path / 'in'}"
    assert seen == []


def test_no_engine_is_the_machines_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    found = grade_parcel(packed(HELLO, handed_in(tmp_path / "in")))
    assert (found.report, found.refused) == (b"", "")
    assert "none.sock" in found.fault


@pytest.mark.parametrize("tier", ["default", "hardened", "hardened-gvisor"])
def test_a_machine_that_cannot_give_the_tier_judges_nothing(
    tier: Tier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def none(asked: Tier, *_: object) -> Iterator[Engines]:
        raise NoEngineError(f"{asked} cannot be had here")
        yield

    monkeypatch.setattr(parcels, "throwaway", none)
    found = graded(packed(HELLO, handed_in(tmp_path / "in"), tier))
    assert (found.report, found.refused) == (b"", "")
    assert f"{tier} cannot be had here" in found.fault


@pytest.mark.engine
@pytest.mark.parametrize("tier", ["default", "hardened"])
def test_a_parcel_is_graded_in_an_engine_of_its_own(tier: Tier, tmp_path: Path) -> None:
    hello = exercise.load(Path(HELLO))
    scores = {}
    for answer in (one for one in answers(hello) if one.kind in ("solution", "starter")):
        lay_out(hello, Path(answer.folder), tmp_path / answer.kind)
        found = grade_parcel(packed(HELLO, tmp_path / answer.kind, tier, 600.0))
        assert not found.fault
        report = from_json(found.report, Report)
        assert report.tier == tier
        scores[answer.kind] = (report.status, report.score == report.max_score)
    assert scores == {"solution": ("passed", True), "starter": ("failed", False)}


def test_a_grader_that_dies_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels.sys, "executable", "/bin/false")
    assert grade_parcel(packed(HELLO, handed_in(tmp_path / "in"))) == Outcome(fault=DIED)
