"""What is committed: lock files, project file and conda's file agree; nothing names a machine or a registry."""

import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from grader.classroom import bundle
from scripts.setup import needed

ROOT = Path(__file__).parent.parent
EXTRAS = ["classroom", "cluster"]
LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-bench.lock"]
LOCKS += [f"requirements-{extra}.lock" for extra in EXTRAS]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DIRECT = {
    "requirements.lock": PROJECT["project"]["dependencies"],
    "requirements-test.lock": PROJECT["dependency-groups"]["test"],
    "requirements-bench.lock": PROJECT["dependency-groups"]["bench"],
    **{f"requirements-{extra}.lock": PROJECT["project"]["optional-dependencies"][extra] for extra in EXTRAS},
}
# Hosts of package registries, in parts: this file is scanned as well.
REGISTRIES = [
    *(
        ("pypi", "org"),
        ("python" + "hosted", "org"),
        ("npm" + "js", "org"),
        ("npm" + "js", "com"),
        ("yarn" + "pkg", "com"),
    ),
    *(("proxy.go" + "lang", "org"), ("crates", "io"), ("deb.deb" + "ian", "org"), ("security.deb" + "ian", "org")),
    *(("archive.ubu" + "ntu", "com"), ("ports.ubu" + "ntu", "com"), ("repo.ana" + "conda", "com")),
]
FORBIDDEN = [
    *(re.escape(f"{name}.{ending}") for name, ending in REGISTRIES),
    *("/".join(["", "work", folder]) + r"\b" for folder in ("main", "shared", r"\.library")),
    *("/".join(["", "tmp", folder]) + "/" for folder in ("dev", "x")),
    "/".join(["", "root", r"\.pyenv"]),
    "--(extra-)?index-" + "url",
]


def entries(lock: str) -> dict[str, tuple[list[Requirement], list[str]]]:
    """A lock file's packages: name to its pins (one a marker) and the hashes of all of them."""
    found: dict[str, tuple[list[Requirement], list[str]]] = {}
    for entry in re.split(r"\n(?=[^\s#])", (ROOT / lock).read_text("utf-8")):
        lines = [line.strip(" \\") for line in entry.splitlines() if line.strip() and not line.startswith("#")]
        if not lines:
            continue
        pin = Requirement(lines[0])
        pins, hashes = found.setdefault(canonicalize_name(pin.name), ([], []))
        pins.append(pin)
        hashes += lines[1:]
    return found


def committed() -> list[Path]:
    """The files that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes_and_nothing_else(lock: str) -> None:
    for name, (pins, hashes) in entries(lock).items():
        assert all(re.fullmatch(r"==[\w.]+", str(pin.specifier)) for pin in pins), name
        assert hashes, name
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes), name


@pytest.mark.parametrize("lock", LOCKS)
def test_the_project_file_and_the_lock_file_agree(lock: str) -> None:
    locked = entries(lock)
    for wanted in map(Requirement, DIRECT[lock]):
        pins, _ = locked[canonicalize_name(wanted.name)]
        assert all(wanted.specifier.contains(str(pin.specifier)[2:]) for pin in pins), wanted


def test_all_lock_files_name_the_same_versions() -> None:
    found = [entries(lock) for lock in LOCKS]
    for name in set().union(*found):
        versions = [{str(pin.specifier) for pin in own[name][0]} for own in found if name in own]
        assert all(one == versions[0] for one in versions), name


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_holds_only_what_comes_on_top(extra: str) -> None:
    assert not entries("requirements.lock").keys() & entries(f"requirements-{extra}.lock").keys()


def test_a_machine_without_network_has_all_extras_of_its_users_after_unbundle() -> None:
    extras = [f"requirements-{extra}.lock" for extra in ("classroom", "cluster")]
    assert needed(["unbundle", "room.tgz"]) == ["requirements.lock", *extras]
    assert set(bundle.LOCKS) == set(needed(["unbundle"]))


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        (["grade", "02", "in", "--out", "out"], ""),
        (["grade", "02", "in", "--out", "out", "--cluster", "tcp://10.0.0.5:8786"], "cluster"),
        (["grade", "02", "in", "--cluster=tcp://10.0.0.5:8786"], "cluster"),
        (["cluster", "worker"], "cluster"),
        (["classroom", "init"], "classroom"),
        ([], ""),
    ],
)
def test_only_the_command_that_needs_an_extra_installs_it(words: list[str], extra: str) -> None:
    assert needed(words) == ["requirements.lock", *([f"requirements-{extra}.lock"] if extra else [])]


def test_reading_a_notebook_compiles_no_grammar() -> None:
    # With jsonschema 4.25 and later it takes seconds: 38 grammars by which IRIs are checked.
    code = "import sys, nbformat; print('lark' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


def test_conda_takes_the_same_lock_file_and_python() -> None:
    found = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert found["dependencies"][-1] == {"pip": ["-r requirements.lock"]}
    python = Requirement(found["dependencies"][0].replace(" ", ""))
    lowest = PROJECT["project"]["requires-python"]
    assert python.name == "python"
    assert lowest in str(python.specifier).split(",")


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_no_committed_file_names_a_registry_or_a_machine(pattern: str) -> None:
    found = re.compile(pattern)
    named = [path for path in committed() if found.search(path.read_text("utf-8", errors="replace"))]
    assert [str(path.relative_to(ROOT)) for path in named] == []


@pytest.mark.parametrize("shell", ["sh", "bash --posix", "dash"])
def test_launcher_is_posix_shell(shell: str) -> None:
    assert subprocess.run([*shell.split(), "-n", str(ROOT / "drydock")], check=False).returncode == 0


@pytest.mark.parametrize("name", ["drydock", ".ci/run"])
def test_can_be_run(name: str) -> None:
    assert (ROOT / name).stat().st_mode & stat.S_IXUSR
    assert (ROOT / name).read_bytes().startswith(b"#!/bin/")


def test_licence_is_mit() -> None:
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License")
    assert PROJECT["project"]["license"] == "MIT"


def test_readme_names_the_two_commands_and_what_is_there() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.search(r"^    \./drydock lab .*\n    \./drydock test ", readme, flags=re.MULTILINE)
    for name in re.findall(r"^\| `([\w./-]+)`", readme, flags=re.MULTILINE):
        assert (ROOT / name).exists(), name
    for link in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / link).exists(), link
