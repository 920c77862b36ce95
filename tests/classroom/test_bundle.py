"""Bundles for a room without network: what is refused, what is laid out, and what of it set-up takes; no engine."""

from __future__ import annotations

import io
import json
import random
import tarfile
from pathlib import Path

import pytest

from grader.classroom import bundle
from grader.engine.packages import manifest_of
from grader.engine.places import EngineAddress, Places
from grader.errors import UsageError
from scripts.bundle import MANIFEST, SCHEMA, described, this_python, wheels
from scripts.packages import pip_install
from scripts.system import SetupError
from tests.programs import inside


def folder(name: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.mode = tarfile.DIRTYPE, 0o755
    return member


def link(name: str, target: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.LNKTYPE, target
    return member


def made(file: Path, members: dict[str, bytes], *, extra: tarfile.TarInfo | None = None, **about: str) -> Path:
    """A bundle with these members; `about` is what it says of itself in place of what is true here."""
    first = {"schema": SCHEMA, "python": this_python(), "system": bundle._system(), **about}
    with tarfile.open(file, "w:gz") as tar:
        for name, data in ({MANIFEST: json.dumps(first).encode()} | members).items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o755
            tar.addfile(member, io.BytesIO(data))
        if extra is not None:
            tar.addfile(extra)
    return file


PROGRAM = {
    "programs/newest/usr/bin/dockerd": b"program",
    "programs/newest/manifest.json": b'{"docker.io": "28"}',
    "images.tar": b"images",
}


@pytest.fixture
def home(tmp_path: Path) -> Places:
    return Places(data=str(tmp_path / "home"), run=str(tmp_path / "run"))


def test_programs_are_laid_once_and_whole(tmp_path: Path, home: Places) -> None:
    file = made(tmp_path / "room.tgz", PROGRAM)
    said: list[str] = []
    laid, images = bundle.use(file, home, said.append)
    assert laid == ["the engine"]
    assert images.read_bytes() == b"images"
    program = home.prefix("newest") / "usr/bin/dockerd"
    assert program.read_bytes() == b"program"
    assert program.stat().st_mode & 0o111
    program.write_bytes(b"mine")
    assert bundle.use(file, home, said.append)[0] == []
    assert program.read_bytes() == b"mine"
    assert not list(Path(home.data, "packages").glob("*.partial"))


@pytest.fixture
def saved(home: Places, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A home with an engine's programs, of which two are the same file; the names of each archive that was saved."""
    program = home.prefix("newest") / "usr" / "sbin" / "mkfs.ext4"
    program.parent.mkdir(parents=True)
    program.write_bytes(b"program")
    program.with_name("mkfs.ext3").hardlink_to(program)
    (home.prefix("newest") / "manifest.json").write_text('{"docker.io": "28"}')
    found: list[list[str]] = []

    def save(_: EngineAddress, names: list[str], file: Path, __: object) -> None:
        found.append(names)
        file.write_text(" ".join(names))

    monkeypatch.setattr(bundle, "save", save)
    monkeypatch.setattr(bundle, "_fetch_wheels", lambda *_: None)
    monkeypatch.setattr(bundle, "_have_programs", lambda *_: None)
    return found


def make(file: Path, home: Places, *names: str, interrupted: bool = False) -> None:
    def say(text: str) -> None:
        if interrupted and text.startswith("Writing"):
            raise KeyboardInterrupt

    bundle.make(file, home, EngineAddress(host="", docker=""), list(names), say)


def test_what_is_made_can_be_used(tmp_path: Path, home: Places, saved: list[list[str]]) -> None:
    make(tmp_path / "room.tgz", home, "busybox:1.37")
    other = Places(data=str(tmp_path / "other"), run=str(tmp_path / "run"))
    laid, images = bundle.use(tmp_path / "room.tgz", other, lambda _: None)
    assert (laid, images.read_text()) == (["the engine"], "busybox:1.37")
    programs = [other.prefix("newest") / "usr" / "sbin" / name for name in ("mkfs.ext3", "mkfs.ext4")]
    assert [path.read_bytes() for path in programs] == [b"program"] * 2
    assert programs[0].samefile(programs[1])
    assert len(saved) == 1


def test_an_interrupted_one_keeps_the_images_that_were_asked_for(
    tmp_path: Path, home: Places, saved: list[list[str]]
) -> None:
    file = tmp_path / "room.tgz"
    for names in (["a:1", "b:1"], ["b:1", "a:1"]):
        with pytest.raises(KeyboardInterrupt):
            make(file, home, *names, interrupted=True)
    assert saved == [["a:1", "b:1"]], "the second one goes on where the first one was"
    make(file, home, "b:1")
    assert saved[1:] == [["b:1"]]
    with tarfile.open(file) as tar:
        stream = tar.extractfile("images.tar")
        assert stream is not None
        assert stream.read() == b"b:1"


def test_what_a_killed_one_left_is_cleared(tmp_path: Path, home: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    file = made(tmp_path / "room.tgz", PROGRAM)
    with monkeypatch.context() as another:
        another.setattr(bundle.os, "getpid", lambda: 1)
        bundle.use(file, home, lambda _: None)
    images = bundle.use(file, home, lambda _: None)[1]
    assert list(Path(home.data).glob("*images*")) == [images]


def test_one_that_ends_too_early_lays_nothing(tmp_path: Path, home: Places) -> None:
    noise = random.Random(5).randbytes(1_000_000)
    file = made(tmp_path / "room.tgz", PROGRAM | {"programs/newest/usr/bin/runc": noise})
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(UsageError, match="cannot be read to its end"):
        bundle.use(file, home, lambda _: None)
    assert [path.name for path in Path(home.data).glob("bundle-*")] == []
    assert not manifest_of(home.prefix("newest"))


def test_an_interruption_leaves_nothing_half_done(tmp_path: Path, home: Places) -> None:
    def interrupted(text: str) -> None:
        assert home.prefix("newest.partial").is_dir(), "the programs are there already"
        raise KeyboardInterrupt(text)

    with pytest.raises(KeyboardInterrupt, match="base images"):
        bundle.use(made(tmp_path / "room.tgz", PROGRAM), home, interrupted)
    assert [path.name for path in Path(home.data).rglob("*") if path.is_file()] == ["packages.lock"]
    assert not home.prefix("newest.partial").exists()


def test_a_name_that_leads_out_is_not_followed(tmp_path: Path, home: Places) -> None:
    file = made(tmp_path / "room.tgz", {"programs/newest/../../../../out": b"x"} | PROGRAM)
    with pytest.raises(UsageError, match="leads out"):
        bundle.use(file, home, lambda _: None)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", [".", "./", "programs", "programs/newest"])
def test_an_entry_of_a_folder_alone_is_no_harm(tmp_path: Path, home: Places, name: str) -> None:
    file = made(tmp_path / "room.tgz", PROGRAM, extra=folder(name))
    assert bundle.use(file, home, lambda _: None)[0] == ["the engine"]


@pytest.mark.parametrize("target", ["programs/newest/../../../secret", "/etc/passwd", "manifest.json"])
def test_a_hard_link_that_leads_out_is_not_followed(tmp_path: Path, home: Places, target: str) -> None:
    file = made(tmp_path / "room.tgz", PROGRAM, extra=link("programs/newest/usr/bin/own", target))
    with pytest.raises(UsageError, match="leads out"):
        bundle.use(file, home, lambda _: None)
    assert not home.prefix("newest").exists()


def test_a_hard_link_to_nothing_is_a_broken_bundle(tmp_path: Path, home: Places) -> None:
    file = made(tmp_path / "room.tgz", PROGRAM, extra=link("programs/newest/usr/bin/own", "programs/newest/none"))
    with pytest.raises(UsageError, match="cannot be read to its end"):
        bundle.use(file, home, lambda _: None)


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"schema": "drydock.bundle/9"}, "not a bundle of this Drydock"),
        ({"system": "plan9 fourth amd64"}, "was made on plan9 fourth amd64, and this is"),
    ],
)
def test_a_bundle_of_another_machine_is_refused(tmp_path: Path, home: Places, about: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        bundle.use(made(tmp_path / "room.tgz", PROGRAM, **about), home, lambda _: None)
    assert not Path(home.data).exists()


def test_wheels_for_another_python_are_refused(tmp_path: Path) -> None:
    file = made(tmp_path / "room.tgz", {}, python="cpython-2.7 linux-vax")
    with pytest.raises(SetupError, match=r"made for cpython-2\.7 linux-vax"), wheels(file):
        pass


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a zip", b"plain text"])
def test_another_file_is_no_bundle(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "room.tgz"
    file.write_bytes(data)
    with pytest.raises(SetupError, match="is not a bundle"):
        described(file)
    done = inside("unbundle", str(file))
    assert done.returncode == 2
    assert "is not a bundle" in done.stderr


def test_set_up_takes_the_wheels_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = made(tmp_path / "room.tgz", {"wheels/one-1.0-py3-none-any.whl": b"wheel", "wheels/../two": b"x"})
    asked: list[list[str]] = []

    class Done:
        returncode = 0

    monkeypatch.setattr("scripts.packages.run", lambda command, *_: asked.append(command) or Done())
    lock = tmp_path / "requirements.lock"
    lock.write_text("one==1.0\n")
    with wheels(file) as folder:
        assert [path.name for path in folder.iterdir()] == ["one-1.0-py3-none-any.whl"]
        pip_install(Path("python"), lock, folder)
    assert not folder.exists()
    assert "--no-index" in asked[0]
    assert f"--find-links={folder}" in asked[0]
    assert "--require-hashes" in asked[0]
