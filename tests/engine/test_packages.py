"""Which packages are chosen, and where they come from."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.engine.distribution import (
    INSTALL,
    Distribution,
    family,
    find_distribution,
    how_to_install,
    mirror_of_files,
    suites,
)
from grader.engine.packages import Archive, Package, choose, finish, libc_version, manifest_of, read_versions
from grader.engine.places import Places, PrivateSpec
from grader.engine.provision import library_environment, provide
from grader.engine.run import output, system_environment
from grader.errors import DiskFullError, EngineError, NoEngineError
from tests.programs import processes_that_name

ROOT = Path(__file__).resolve().parents[2]
DEB822 = """Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""
OTHERS = "deb [signed-by=/usr/share/keyrings/other.gpg] https://other.example bookworm main\n"


@pytest.mark.parametrize(
    ("files", "mirror"),
    [
        ({"sources.list": "deb http://mirror.example/debian bookworm main contrib\n"}, "http://mirror.example/debian"),
        ({"sources.list": "deb http://mirror.example/debian/ bookworm main\n"}, "http://mirror.example/debian"),
        ({"sources.list": "# deb http://mirror.example/debian bookworm main\n"}, ""),
        ({"sources.list": "deb-src http://mirror.example/debian bookworm main\n"}, ""),
        ({"sources.list": "deb cdrom:[Debian]/ bookworm main\n"}, ""),
        ({"sources.list": "deb http://mirror.example/debian trixie main\n"}, ""),
        ({"sources.list": "deb http://mirror.example/debian bookworm contrib\n"}, ""),
        ({"sources.list.d/debian.sources": DEB822}, "http://mirror.example/debian"),
        ({"sources.list.d/debian.sources": f"Enabled: no\n{DEB822}"}, ""),
        ({"sources.list.d/a.list": OTHERS, "sources.list.d/debian.sources": DEB822}, "http://mirror.example/debian"),
        ({"sources.list": OTHERS + "deb http://m.example/debian bookworm main\n"}, "http://m.example/debian"),
        ({"sources.list.d/a.list.save": OTHERS}, ""),
        ({}, ""),
    ],
)
def test_the_archive_in_the_files(files: dict[str, str], mirror: str, tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert mirror_of_files(tmp_path, "debian", "bookworm") == mirror


@pytest.mark.parametrize(
    ("release", "system", "expected"),
    [
        ({"ID": "debian"}, "linux", "debian"),
        ({"ID": "debian", "VERSION_CODENAME": "bookworm"}, "linux", "older"),
        ({"ID": "debian", "VERSION_CODENAME": "trixie"}, "linux", "debian"),
        ({"ID": "ubuntu", "ID_LIKE": "debian"}, "linux", "ubuntu"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "linux", "ubuntu"),
        ({"ID": "fedora"}, "linux", "fedora"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "linux", "fedora"),
        ({"ID": "opensuse-leap", "ID_LIKE": "suse opensuse"}, "linux", "suse"),
        ({"ID": "void"}, "linux", ""),
        ({}, "linux", ""),
        ({}, "darwin", "darwin"),
    ],
)
def test_one_line_that_installs_an_engine(release: dict[str, str], system: str, expected: str) -> None:
    assert family(release, system) == expected.replace("older", "debian")
    assert how_to_install(release, system) == INSTALL[expected]


@pytest.mark.parametrize(
    ("kind", "codename", "expected"),
    [
        ("debian", "bookworm", ("bookworm", "bookworm-updates", "trixie", "sid")),
        ("debian", "trixie", ("trixie", "trixie-updates", "sid")),
        ("debian", "sid", ("sid",)),
        ("ubuntu", "noble", ("noble", "noble-updates")),
    ],
)
def test_suites(kind: str, codename: str, expected: tuple[str, ...]) -> None:
    assert suites(kind, codename) == expected


def test_another_distribution_is_told_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text("ID=fedora\n")
    with pytest.raises(NoEngineError, match="sudo dnf install"):
        find_distribution(tmp_path)


SHOWN = """Package: runc
Version: 1.3.6+ds1-1
Depends: libc6 (>= 2.38), libseccomp2 (>= 2.5.0)
Size: 6707796

Package: runc
Version: 1.1.5+ds1-1+deb12u1
Depends: libc6 (>= 2.34), libseccomp2 (>= 2.5.0)
Size: 2700000

Package: docker.io
Version: 28.5.2+dfsg4-5
Depends: libc6 (>= 2.34), libsystemd0
Size: 19311940

Package: docker.io
Version: 29.1.0-1
Depends: libc6 (>= 2.34), libsystemd0
Size: 19311940

Package: docker.io
Version: 26.1.5+dfsg1-9
Depends: libc6 (>= 2.34), libsystemd0
Size: 23036836
"""
MADISON = """      runc | 1.3.6+ds1-1 | http://m.example/debian sid/main amd64 Packages
      runc | 1.1.5+ds1-1+deb12u1 | http://m.example/debian bookworm/main amd64 Packages
 docker.io |   29.1.0-1 | http://m.example/debian sid/main amd64 Packages
 docker.io | 28.5.2+dfsg4-5 | http://m.example/debian sid/main amd64 Packages
 docker.io | 26.1.5+dfsg1-9 | http://m.example/debian trixie/main amd64 Packages
 docker.io | 26.1.5+dfsg1-9 | http://m.example/debian trixie/main Sources
"""


@pytest.mark.parametrize(
    ("suite", "libc", "expected"),
    [
        ("", (2, 36), {"docker.io": "28.5.2+dfsg4-5", "runc": "1.1.5+ds1-1+deb12u1"}),
        ("", (2, 41), {"docker.io": "28.5.2+dfsg4-5", "runc": "1.3.6+ds1-1"}),
        ("trixie", (2, 36), {"docker.io": "26.1.5+dfsg1-9", "runc": "1.1.5+ds1-1+deb12u1"}),
        ("bookworm", (2, 36), {"runc": "1.1.5+ds1-1+deb12u1"}),
        ("", (2, 31), {}),
        ("", (), {}),
    ],
)
def test_the_newest_version_that_runs_here(suite: str, libc: tuple[int, ...], expected: dict[str, str]) -> None:
    versions = read_versions(["docker.io", "runc", "docker-cli"], SHOWN, MADISON)
    assert versions["docker-cli"] == []
    assert versions["docker.io"][0].version == "29.1.0-1"
    chosen = choose(versions, suite=suite, own=["bookworm"], libc=libc)
    assert {package.name: package.version for package in chosen} == expected


@pytest.mark.parametrize(
    ("version", "major"), [("28.5.2+dfsg4-5", 28), ("5:27.1.1-1~debian", 27), ("26.1.3-0ubuntu1~24.04.1", 26)]
)
def test_major(version: str, major: int) -> None:
    assert Package(name="docker.io", version=version, size=1).major == major


def test_an_unfinished_folder_is_no_prefix(tmp_path: Path) -> None:
    partial, prefix = tmp_path / "a.partial", tmp_path / "a"
    partial.mkdir()
    prefix.mkdir()
    assert manifest_of(prefix) == {}
    finish(partial, prefix, {"runc": "1"})
    assert manifest_of(prefix) == {"runc": "1"}
    assert not partial.exists()


def test_an_archive_that_does_not_answer(tmp_path: Path) -> None:
    source = Distribution(
        id="debian",
        name="Debian",
        codename="bookworm",
        mirror="http://127.0.0.1:9/debian",
        keyring="",
        suites=("bookworm",),
        components="main",
    )
    with pytest.raises(NoEngineError, match=r"127\.0\.0\.1:9(.|\n)*apt-get install docker"):
        Archive(source=source, folder=tmp_path).update(lambda _: None)


def test_what_a_program_says_is_in_the_error() -> None:
    with pytest.raises(EngineError, match=r"a thing: sh failed\.\nno luck"):
        output(["sh", "-c", "echo no luck >&2; exit 3"], env={}, seconds=5, failure=EngineError, what="a thing")
    with pytest.raises(EngineError, match="took more than"):
        output(["sleep", "9"], env=system_environment(), seconds=0.1, failure=EngineError, what="a thing")
    script = "echo 'write: No space left on device' >&2; exit 1"
    with pytest.raises(DiskFullError):
        output(["sh", "-c", script], env={}, seconds=5, failure=EngineError, what="a thing")


def interrupt_the_fetching(home: Path) -> None:
    """Press Ctrl-C in a first `./drydock engine start` while packages come in: it ends, and nothing half is left."""
    env = {**os.environ, "DRYDOCK_HOME": str(home), "PYTHONPATH": str(ROOT)}
    env.pop("DOCKER_HOST", None)
    command = [sys.executable, "-P", "-m", "grader", "engine", "start"]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True) as started:
        assert started.stderr
        said = [next(line for line in started.stderr if "Fetching Docker Engine" in line)]
        while not list(home.glob("packages/*.partial/debs/**/*.deb")) and started.poll() is None:
            time.sleep(0.01)
        os.killpg(started.pid, signal.SIGINT)
        said += started.stderr.readlines()
        assert started.wait(30) == 130, said
    assert "Traceback" not in "".join(said)
    assert list((home / "packages").iterdir()) == []
    assert processes_that_name(str(home)) == []


@pytest.mark.setup
def test_engines_from_nothing(tmp_path: Path) -> None:
    """The newest and the oldest, also when a first try was interrupted: their programs run, the machine's package state
    is as before, and the second time needs no network.
    """
    state = sorted(path.stat().st_mtime_ns for path in Path("/var/lib/dpkg").iterdir())
    lists = sorted(path.name for path in Path("/var/lib/apt/lists").iterdir())
    places = Places(data=str(tmp_path), run=str(tmp_path / "run"))
    interrupt_the_fetching(tmp_path)
    for suite in ("", "trixie"):
        said: list[str] = []
        prefix = provide(places, PrivateSpec(suite=suite), said.append)
        assert "Fetching Docker Engine" in said[-1]
        env = system_environment() | library_environment(prefix)
        for program in ("usr/sbin/dockerd", "usr/bin/docker", "usr/bin/containerd"):
            assert output([prefix / program, "--version"], env=env, seconds=20, failure=EngineError, what=program)
        said.clear()
        assert provide(places, PrivateSpec(suite=suite), said.append) == prefix
        assert said == []
    assert sorted(path.stat().st_mtime_ns for path in Path("/var/lib/dpkg").iterdir()) == state
    assert sorted(path.name for path in Path("/var/lib/apt/lists").iterdir()) == lists


@pytest.mark.setup
def test_a_full_disk_is_named(tmp_path: Path) -> None:
    """A file system of 20 MB does not hold an engine."""
    if os.geteuid() != 0:
        pytest.fail("this test mounts a small disk, which needs root")
    output(["mount", "-t", "tmpfs", "-o", "size=20m", "small", tmp_path], env=system_environment(), seconds=9,
           failure=EngineError, what="mount")  # fmt: skip
    try:
        with pytest.raises(DiskFullError, match=rf"{tmp_path}.* bytes are free"):
            provide(Places(data=str(tmp_path), run=str(tmp_path / "run")), PrivateSpec(), lambda _: None)
    finally:
        output(["umount", tmp_path], env=system_environment(), seconds=9, failure=EngineError, what="umount")


def test_this_machine_has_a_libc_version() -> None:
    assert libc_version() >= (2, 17)
