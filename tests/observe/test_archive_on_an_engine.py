"""An archive that is handed in, graded on a real engine: what the engine has stays, and nothing of the archive does."""

from __future__ import annotations

import io
import json
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader import exercise
from grader.answers import lay_out
from grader.engine.client import Engine
from grader.judge import judge
from grader.making import make
from grader.model import Observation, Report
from grader.observations import read, write
from grader.pipeline import Watcher, check
from tests.conftest import Engines

pytestmark = pytest.mark.engine

# A name of its own, so that what a test looks for in a shared engine was left by itself.
ONE = msgspec.structs.replace(
    exercise.load(exercise.exercises_folder() / "01-commit"), name=f"01-commit-{uuid.uuid4().hex[:8]}"
)
NAME = "drydock-test-of-archives:1"


@pytest.fixture(scope="module", params=["graph", "containerd"])
def engine(request: pytest.FixtureRequest, all_engines: Engines) -> Engine:
    """Each engine, with the exercise's base image."""
    return all_engines.with_bases(request.param, *ONE.bases)


@pytest.fixture(scope="module")
def made(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the solution, with its archive."""
    folder = tmp_path_factory.mktemp("made") / "context"
    lay_out(ONE, Path(ONE.folder) / "solution", folder)
    make(ONE, folder, lambda: engine)
    return folder


@pytest.fixture
def named(engine: Engine) -> Iterator[str]:
    """An image of the engine's own that has a name which the test gives it."""
    with engine.run(ONE.bases[0], command=["touch", "/mine"]) as container:
        container.wait(10)
        image = engine.commit(container.id, NAME)
    yield image
    engine.remove_image(NAME, force=True)
    engine.remove_image(image, force=True)


def graded(engine: Engine, path: Path) -> tuple[Report, Observation]:
    return check(ONE, path, lambda: engine, Watcher())


def everything(engine: Engine) -> dict[str, tuple[str, ...]]:
    """The engine's images with their names."""
    return {image["Id"]: tuple(image["RepoTags"] or ()) for image in engine.api.images(all=True)}


def altered(made: Path, into: Path, **changes: bytes) -> Path:
    """The archive of `made` with other documents in the place of some."""
    with tarfile.open(made / "image.tar") as archive, tarfile.open(into, "w") as written:
        for member in archive:
            file = archive.extractfile(member)
            data = changes.get(member.name.partition(".")[0], file.read() if file else b"")
            member.size = len(data)
            written.addfile(member, io.BytesIO(data))
    return into


def test_the_solution_is_made_graded_and_gone(engine: Engine, made: Path) -> None:
    assert not (made / "commands.sh").exists()
    report, seen = graded(engine, made)
    assert (report.status, report.score) == ("passed", ONE.max_score)
    assert (seen.dockerfile, seen.build, seen.base_layers) == (None, None, 1)
    assert seen.image is not None
    assert seen.image.tags == ("tide:1",)
    assert not engine.labelled_images({"drydock.exercise": ONE.name})
    assert not [name for names in everything(engine).values() for name in names if name.startswith("tide")]


def test_an_image_of_the_same_name_keeps_it(engine: Engine, made: Path, named: str, tmp_path: Path) -> None:
    with tarfile.open(made / "image.tar") as archive:
        manifest = json.load(archive.extractfile("manifest.json"))  # type: ignore[arg-type]
    manifest[0]["RepoTags"] = [NAME]
    other = altered(made, tmp_path / "image.tar", manifest=json.dumps(manifest).encode())
    report, seen = graded(engine, other)
    assert seen.image is not None
    assert seen.image.tags == (NAME,)
    assert [one.name for one in report.checks if one.status != "passed"] == ["archive_has_name"]
    assert engine.inspect(NAME)["Id"] == named


def test_the_same_image_without_a_name_is_not_removed_with_it(engine: Engine, named: str, tmp_path: Path) -> None:
    with engine.save([named]) as archive:
        (tmp_path / "image.tar").write_bytes(archive.read())
    before = everything(engine)
    graded(engine, tmp_path)
    assert named in everything(engine)
    assert everything(engine)[named] == before[named]


def test_it_is_judged_again_without_an_engine(engine: Engine, made: Path, tmp_path: Path) -> None:
    report, seen = graded(engine, made)
    write(seen, tmp_path / "seen.json")
    assert judge(ONE, read(tmp_path / "seen.json")).checks == report.checks


def test_an_image_for_another_machine_is_refused_by_the_check(engine: Engine, made: Path, tmp_path: Path) -> None:
    with tarfile.open(made / "image.tar") as archive:
        manifest = json.load(archive.extractfile("manifest.json"))  # type: ignore[arg-type]
        config = json.load(archive.extractfile(manifest[0]["Config"]))  # type: ignore[arg-type]
    config["architecture"] = "s390x"
    path = manifest[0]["Config"]
    with tarfile.open(made / "image.tar") as archive, tarfile.open(tmp_path / "image.tar", "w") as written:
        for member in archive:
            file = archive.extractfile(member)
            data = json.dumps(config).encode() if member.name == path else file.read() if file else b""
            member.size = len(data)
            written.addfile(member, io.BytesIO(data))
    report, _ = graded(engine, tmp_path)
    first = report.checks[0]
    assert (first.name, first.status) == ("archive_is_an_image", "failed")
    assert first.seen.startswith(f"the image is for linux/s390x, and {engine.platform()} is wanted")
    assert [one.machine for one in report.checks if one.machine] == []


def test_layers_that_are_not_what_the_configuration_says_are_the_archives_fault(
    engine: Engine, made: Path, tmp_path: Path
) -> None:
    with tarfile.open(made / "image.tar") as archive:
        manifest = json.load(archive.extractfile("manifest.json"))  # type: ignore[arg-type]
    manifest[0]["Layers"].reverse()
    other = altered(made, tmp_path / "image.tar", manifest=json.dumps(manifest).encode())
    report, seen = graded(engine, other)
    assert report.status == "failed", msgspec.json.encode(report.checks)
    assert seen.fault == ""
    assert not engine.labelled_images({"drydock.exercise": ONE.name})
