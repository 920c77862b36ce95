"""What the doctor says of an engine on another machine: this machine's packages tell nothing of it."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from grader import doctor
from grader.engine.places import EngineAddress, Places

SERVER = '{"Version": "28.5.2", "Components": [{"Name": "runc", "Version": "1.1.5+ds1"}]}'


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This machine's runc 1.1.5+ds1, in which the distribution has mended a flaw of two, and a `docker`."""
    folder = tmp_path / "usr/bin"
    folder.mkdir(parents=True)
    for name, said in (("runc", "runc version 1.1.5+ds1"), ("docker", f"[ $1 != version ] || echo '{SERVER}'")):
        (folder / name).write_text(f"#!/bin/sh\n{'echo ' if name == 'runc' else ''}{said}\n")
        (folder / name).chmod(0o755)
    documents = tmp_path / "usr/share/doc/runc"
    documents.mkdir(parents=True)
    (documents / "changelog.Debian.gz").write_bytes(gzip.compress(b"  * CVE-2024-21626: several breakouts\n"))
    monkeypatch.setenv("PATH", f"{folder}:{os.defpath}")
    return folder


@pytest.mark.parametrize(
    ("there", "private", "flaws"),
    [("1.1.5+ds1", False, 1), ("1.1.5", False, 2), ("", False, 2), ("1.1.5", True, 1)],
    ids=["the same version", "another version", "not told", "Drydock's own"],
)
def test_only_what_is_known_of_its_runc_counts_as_mended(there: str, private: bool, flaws: int, programs: Path) -> None:
    address = EngineAddress(host="tcp://far:2376", docker="", private=private, path=str(programs))
    mended = doctor._mended(address, "1.1.5+ds1", there)
    assert len(doctor.known_bad({"runc": "1.1.5"}, mended)) == flaws


def test_an_engine_that_is_reached_over_the_network_tells_its_versions(programs: Path) -> None:
    address = EngineAddress(host="tcp://far:2376", docker=str(programs / "docker"), path=os.environ["PATH"])
    assert doctor._of_engine(address) == {"engine": "28.5.2", "runc": "1.1.5+ds1"}


@pytest.mark.usefixtures("programs")
def test_without_an_engine_it_is_this_machines(tmp_path: Path) -> None:
    places = Places(data=str(tmp_path / "data"), run=str(tmp_path / "run"))
    found = doctor.look(places, {"DOCKER_HOST": f"unix://{tmp_path}/none.sock"})
    assert found.versions["runc"] == "1.1.5+ds1"
    assert [flaw for flaw in found.warnings if "CVE-2024-21626" in flaw] == []
