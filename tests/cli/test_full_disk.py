"""A disk that is full while something is graded: not judged, with what to do, and nothing is left behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from grader.engine import private
from grader.engine.bases.ensure import ensure
from grader.engine.client import Engine
from grader.engine.places import EngineAddress, Places
from tests.cli.conftest import Said, environment
from tests.conftest import SPECS, STORES

pytestmark = pytest.mark.engine
EXERCISE = """
title = "Room"
lesson = "l"
practice = "p"
minutes = 1
bases = ["busybox:1.37"]

[[check]]
name = "builds"
points = 1

[[check]]
name = "answers_http"
points = 1
port = 80
"""
SERVE = "RUN mkdir /w && echo hello > /w/index.html\n"
WRITE = "dd if=/dev/zero of=/twenty bs=1M count=20"
ANSWERS = {
    "a step that writes": f'FROM busybox:1.37\nRUN {WRITE}\n{SERVE}CMD ["httpd", "-f", "-h", "/w"]\n',
    "a file that is copied": f'FROM busybox:1.37\nCOPY twenty /\n{SERVE}CMD ["httpd", "-f", "-h", "/w"]\n',
    "a container that writes": f"FROM busybox:1.37\n{SERVE}CMD {WRITE} && httpd -f -h /w\n",
}


class Disk:
    """A file system of `megabytes`, mounted at `folder`, that can be filled and emptied."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        if os.geteuid() != 0:
            pytest.fail("this test mounts a small disk, which needs root")
        self.folder, self.filler = folder, folder / "filler"
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "small", folder], check=True)

    def fill(self, left: int) -> None:
        """Leave not much more than `left` bytes free."""
        with self.filler.open("ab", buffering=0) as file, suppress(OSError):
            while (free := shutil.disk_usage(self.folder).free) > left:
                file.write(bytes(min(1_000_000, free)))

    def empty(self) -> None:
        """Give the room back."""
        self.filler.unlink(missing_ok=True)

    def close(self) -> None:
        """Take it away."""
        subprocess.run(["umount", "--lazy", self.folder], check=True)


class Small(msgspec.Struct, frozen=True):
    """An engine of the tests' own whose images lie on a small disk."""

    address: EngineAddress
    disk: Disk
    home: Path


@pytest.fixture(scope="module", params=STORES)
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """It, with the packages of the shared engine, and busybox."""
    shared = Places.from_environment(os.environ)
    spec = msgspec.structs.replace(SPECS[request.param], name="main")
    private.start(shared, SPECS[request.param], print)
    home = tmp_path_factory.mktemp("home")
    for name in ("packages", "images", "apt"):
        (home / name).symlink_to(Path(shared.data, name))
    own = Places.from_environment({"DRYDOCK_HOME": str(home)})
    disk = Disk(own.engine("main"), 200)
    try:
        address = private.start(own, spec, print)
        ensure(address, own, ["busybox:1.37"], print)
        yield Small(address, disk, home)
    finally:
        private.stop(own, "main")
        disk.close()


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Said]:
    """Check a Dockerfile, with a file of 20 MB beside it, with these changes to the environment."""
    folder = tmp_path / "90-room"
    folder.mkdir()
    (folder / "task.md").write_text("Write.\n")
    (folder / "exercise.toml").write_text(EXERCISE)
    answer = tmp_path / "answer"
    answer.mkdir()
    (answer / "twenty").write_bytes(bytes(20_000_000))
    (tmp_path / "temporary").mkdir()

    def run(dockerfile: str, **changes: str) -> Said:
        (answer / "Dockerfile").write_text(dockerfile)
        env = environment(**{"TMPDIR": str(tmp_path / "temporary"), **changes})
        command = [sys.executable, "-P", "-m", "grader", "check", folder, answer, "--json"]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)

    return run


@pytest.fixture
def settings(small: Small) -> dict[str, str]:
    """The environment in which the small engine is used."""
    return {**small.address.environment(os.environ), "DRYDOCK_HOME": str(small.home)}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_a_full_disk_of_the_engine_is_not_the_learners_fault(
    answer: str, small: Small, settings: dict[str, str], check: Callable[..., Said], tmp_path: Path
) -> None:
    small.disk.fill(left=8_000_000)
    try:
        result = check(answer, **settings)
    finally:
        small.disk.empty()
    assert result.returncode == 3, result.stdout + result.stderr
    report = json.loads(result.stdout)
    assert report["status"] == "not_judged"
    assert {one["status"] for one in report["checks"]} == {"not_judged"}
    assert f"No space was left on the disk of {small.disk.folder}" in result.stdout
    assert "Make room there, or set DRYDOCK_HOME to a folder on another disk" in result.stdout
    assert "Traceback" not in result.stderr
    mine, engine = {"drydock.exercise": "90-room"}, Engine(small.address)
    assert (engine.labelled_containers(mine), engine.labelled_images(mine)) == ((), ())
    engine.close()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_the_same_engine_goes_on_once_there_is_room(settings: dict[str, str], check: Callable[..., Said]) -> None:
    result = check(ANSWERS["a container that writes"], **settings)
    assert result.returncode == 0, result.stdout


def test_with_room_on_the_disk_the_same_words_of_a_build_are_its_own(check: Callable[..., Said]) -> None:
    result = check("FROM busybox:1.37\nRUN echo much > /dev/full\n")
    assert result.returncode == 1, result.stdout
    assert "No space left on device" in result.stdout


def test_a_full_folder_for_temporary_files_is_named(check: Callable[..., Said], tmp_path: Path) -> None:
    disk = Disk(tmp_path / "tiny", 1)
    try:
        disk.fill(left=300_000)
        result = check(ANSWERS["a step that writes"], TMPDIR=str(disk.folder))
        assert result.returncode == 3, result.stdout + result.stderr
        assert str(disk.folder) in result.stdout + result.stderr
        assert "TMPDIR" in result.stdout + result.stderr
        assert "Traceback" not in result.stderr
    finally:
        disk.close()


@pytest.mark.parametrize("form", ["--json", "--hints"])
def test_a_verdict_that_finds_no_room_is_the_machines_fault(form: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("RUUN x\n")
    command = [sys.executable, "-P", "-m", "grader", "check", "02", tmp_path, form]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert "No space is left" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
