"""What the doctor says of a machine: versions that are known to be bad, the tiers, and the whole as a program."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from pathlib import Path

import pytest

from grader import doctor
from grader.engine.boxed.possible import why_not as not_boxed
from grader.engine.known_bad import known_bad, mended_by_distribution, numbers
from grader.engine.places import Places
from grader.errors import NoEngineError
from tests.programs import ROOT, command


@pytest.mark.parametrize(
    ("program", "version", "flaws"),
    [
        ("runc", "1.1.5+ds1", 2),
        ("runc", "1.1.12", 1),
        ("runc", "1.1.15", 1),
        ("runc", "1.2.7", 1),
        ("runc", "1.2.8", 0),
        ("runc", "1.3.0", 1),
        ("runc", "1.3.3", 0),
        ("runc", "1.4.0-rc.1", 0),
        ("runc", "v1.3.4", 0),
        ("buildkit", "0.12.4", 1),
        ("buildkit", "0.12.5", 0),
        ("buildkit", "0.25.2", 0),
        ("runc", "unknown", 0),
        ("docker", "1.0", 0),
    ],
)
def test_versions_that_are_known_to_be_bad(program: str, version: str, flaws: int) -> None:
    found = known_bad({program: version})
    assert len(found) == flaws
    assert all("CVE-" in said and said.startswith(f"{program} {version}: ") for said in found)


@pytest.mark.parametrize(
    ("changelog", "flaws"),
    [
        ("runc (1.1.5+ds1-1) unstable\n  * New upstream version\n", ["CVE-2024-21626", "CVE-2025-31133"]),
        ("runc (1.1.5+ds1-1+deb12u1)\n  * CVE-2024-21626: several breakouts\n", ["CVE-2025-31133"]),
        ("  * Fix CVE-2024-21626\n  * Fix CVE-2025-31133, CVE-2025-52565\n", ["CVE-2025-52881"]),
        ("  * CVE-2024-21626\n  * CVE-2025-31133 CVE-2025-52565 CVE-2025-52881\n", []),
        (None, ["CVE-2024-21626", "CVE-2025-31133"]),
    ],
)
def test_what_the_distribution_has_mended_is_no_flaw(tmp_path: Path, changelog: str | None, flaws: list[str]) -> None:
    program = tmp_path / "usr/sbin/runc"
    program.parent.mkdir(parents=True)
    program.touch(0o755)
    documents = tmp_path / "usr/share/doc/runc"
    documents.mkdir(parents=True)
    if changelog is not None:
        (documents / "changelog.Debian.gz").write_bytes(gzip.compress(changelog.encode()))
    found = known_bad({"runc": "1.1.5+ds1"}, mended_by_distribution("runc", str(program.parent)))
    assert [said.split(": ")[1].split(",")[0] for said in found] == flaws


def test_a_changelog_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    program = tmp_path / "usr/bin/runc"
    program.parent.mkdir(parents=True)
    program.touch(0o755)
    (tmp_path / "usr/share/doc/runc").mkdir(parents=True)
    (tmp_path / "usr/share/doc/runc/changelog.Debian.gz").write_bytes(b"\x1f\x8b\x08 cut off")
    assert mended_by_distribution("runc", str(program.parent)) == ()
    assert mended_by_distribution("nowhere", str(program.parent)) == ()


def test_numbers() -> None:
    assert [numbers(text) for text in ("v1.2.3-rc1", "28.5.2+dfsg4", "20240729.0", "x")] == [
        (1, 2, 3),
        (28, 5, 2),
        (20240729, 0),
        (),
    ]


@pytest.mark.parametrize(
    ("engine", "own", "sealed", "possible"),
    [
        (True, False, ("it needs Linux",), [True, True, False, False]),
        (False, True, (), [True, True, True, True]),
        (False, False, ("it needs Linux", "it needs root"), [False, False, False, False]),
    ],
)
def test_the_tiers(engine: bool, own: bool, sealed: tuple[str, ...], possible: list[bool]) -> None:
    found = doctor.tiers(engine=engine, own=own, sealed=sealed)
    assert [one.name for one in found] == ["trusted", "default", "hardened", "hardened-gvisor"]
    assert [one.possible for one in found] == possible
    assert all(bool(one.why_not) != one.possible for one in found)


def test_where_no_programs_can_be_provided_no_engine_of_ours_is_promised() -> None:
    lack, no_runsc = ("Debian and Ubuntu only",), ("no runsc",)
    none = doctor.tiers(engine=False, own=True, sealed=(), programs=lack, gvisor=no_runsc)
    assert [one.why_not for one in none] == [lack, lack, lack, (*lack, *no_runsc)]
    with_docker = doctor.tiers(engine=True, own=True, sealed=(), programs=lack)
    assert [one.possible for one in with_docker] == [True, True, False, False]
    assert [one.possible for one in doctor.tiers(engine=True, own=True, sealed=(), gvisor=no_runsc)] == [True] * 3 + [
        False
    ]


def test_of_another_distribution_the_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise NoEngineError("There is no Docker engine.", "Install one.")

    monkeypatch.setattr(doctor, "find_distribution", none)
    places = Places(data=str(tmp_path), run="")
    assert doctor._not_provided(places, "") == ("There is no Docker engine (Install one.)",)
    (tmp_path / "packages" / "newest").mkdir(parents=True)
    (tmp_path / "packages" / "newest" / "manifest.json").write_text('{"docker.io": "28"}')
    assert doctor._not_provided(places, "") == ()


GIVES = {"OSType": "linux", "MemoryLimit": True, "PidsLimit": True, "CpuCfsQuota": True, "MemTotal": 8_000_000_000}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, ()),
        ({"OSType": "windows"}, ("Linux containers",)),
        ({"SecurityOptions": ["name=seccomp,profile=builtin", "name=rootless"]}, ("runs without root",)),
        ({"PidsLimit": False, "MemoryLimit": False}, ("the memory", "the processes")),
        ({"MemTotal": 2_000_000_000}, ("2.0 GB of memory",)),
    ],
)
def test_an_engine_that_can_hold_none_in_a_container_says_why(told: dict[str, object], words: tuple[str, ...]) -> None:
    found = not_boxed({**GIVES, **told})
    assert len(found) == len(words)
    assert all(word in said for word, said in zip(words, found, strict=True))
    tier = doctor.tiers(engine=True, own=True, sealed=(), boxed=found)[1]
    assert (tier.name, tier.possible, tier.why_not) == ("default", not words, found)


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("runc version 1.1.5+ds1\ncommit: 1.1.5\n", "1.1.5+ds1"),
        ("runsc version release-20240729.0\nspec: 1.1.0\n", "20240729.0"),
        ("github.com/docker/buildx 0.29.1+ds1 0.29.1\n", "0.29.1+ds1"),
        ("nothing", ""),
    ],
)
def test_a_version_is_found_in_what_a_program_says(said: str, version: str) -> None:
    assert doctor._version(said) == version


@pytest.mark.parametrize(("files", "version"), [(("cgroup.controllers",), "2"), (("memory/x",), "1"), ((), "")])
def test_the_version_of_control_groups(files: tuple[str, ...], version: str, tmp_path: Path) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert doctor._cgroup(tmp_path) == version


def program(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`./drydock` with a data folder of its own and an engine that does not answer."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "DRYDOCK_HOME": str(folder), "TMPDIR": str(folder)}
    env["DOCKER_HOST"] = f"unix://{folder}/none.sock"
    return subprocess.run(command(*words), env=env, capture_output=True, text=True, timeout=120, check=False)


def test_doctor_as_a_program(tmp_path: Path) -> None:
    done = program(tmp_path, "doctor", "--json")
    found = json.loads(done.stdout)
    states = {one["name"]: one["possible"] for one in found["tiers"]}
    assert (found["schema"], found["engine"], found["left"]) == ("drydock.doctor/1", "", [])
    assert done.returncode == (0 if states["trusted"] else 3)
    shown = program(tmp_path, "doctor", "--tier", "default")
    assert states["default"] == states["trusted"]
    assert shown.returncode == done.returncode
    assert f"tier default          {'can' if states['default'] else 'cannot'} be had\n" in shown.stdout
    assert "Traceback" not in shown.stderr


def test_clean_as_a_program(tmp_path: Path) -> None:
    done = program(tmp_path, "clean")
    assert done.stdout == "No engine runs, so containers and images were not looked at.\nNothing is left behind.\n"
    left = tmp_path / "drydock-build-abcd_123"
    (left / "inside").mkdir(parents=True)
    os.utime(left, (1, 1))
    shown = program(tmp_path, "clean", "--dry-run")
    assert "1 things, at most 0.0 MB" in shown.stdout
    assert "This is no terminal, so nobody can be asked" in program(tmp_path, "clean").stdout
    assert left.exists()
    assert program(tmp_path, "clean", "--yes").stdout.endswith("1 removed\n")
    assert not left.exists()
    assert program(tmp_path, "clean", "--yes", "--dry-run").returncode == 2
