"""`./drydock` in a small course of its own, whose one package is made here, and once in the real one."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from scripts import setup
from scripts.system import SetupError, apt_install
from tests.programs import processes_that_name

ROOT = Path(__file__).parent.parent
COMMAND = """import os, sys, pebble
print(sys.argv[1:], pebble.SIZE, os.environ.get("PYTHONPATH"), sys.flags.safe_path)
sys.exit(int(sys.argv[2]) if sys.argv[1:2] == ["exit"] else 0)
"""


class Course:
    """A folder with the launcher, its scripts, a command that prints what it was given, and one wheel to install."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wheels = folder / "wheels"
        self.wheels.mkdir(parents=True)
        (folder / "grader").mkdir()
        (folder / "grader" / "__main__.py").write_text(COMMAND)
        shutil.copy(ROOT / "drydock", folder / "drydock")
        shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        self.ship("1.0")

    def ship(self, version: str) -> None:
        """Make version `version` of the package, and lock it."""
        wheel = self.wheels / f"pebble-{version}-py3-none-any.whl"
        info = f"pebble-{version}.dist-info"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("pebble.py", f"SIZE = {version}\n")
            archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: pebble\nVersion: {version}\n")
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", f"pebble.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        (self.folder / "requirements.lock").write_text(f"pebble=={version} \\\n    --hash=sha256:{digest}\n")

    def environment(self, **changed: str) -> dict[str, str]:
        """The machine's environment, a HOME of its own, and packages from the folder of wheels only."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
        kept |= {"HOME": str(self.folder), "DRYDOCK_PYTHON": sys.executable}
        kept |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": self.wheels.as_uri(), "PIP_CONFIG_FILE": os.devnull}
        return {key: value for key, value in (kept | changed).items() if value}

    def start(self, *words: str, launcher: Path | None = None, cwd: Path | None = None, **changed: str) -> "Started":
        """Start `./drydock WORDS`, in a process group of its own."""
        return Started(
            [str(launcher or self.folder / "drydock"), *words],
            cwd=cwd or self.folder,
            env=self.environment(**changed),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, **changed: str) -> tuple[int, str, str]:
        """The exit status, standard output and standard error of `./drydock WORDS`."""
        return self.start(*words, **changed).result()


class Started(subprocess.Popen[str]):
    """A launcher that runs."""

    def result(self) -> tuple[int, str, str]:
        """Wait for its end, a minute at most."""
        with self:
            out, err = self.communicate(timeout=60)
            return self.returncode, out, err


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course whose path has spaces in it, not set up yet."""
    return Course(tmp_path / "a course")


@pytest.fixture(scope="module")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course that has been set up; tests leave it so."""
    made = Course(tmp_path_factory.mktemp("launcher") / "my course")
    status, out, err = made.run("first")
    assert (status, out) == (0, "['first'] 1.0 None True\n"), err
    assert "This happens once" in err
    return made


@pytest.mark.parametrize(
    ("path", "python", "seen"),
    [
        ("", "", "python3.14: not there"),
        ("#!/bin/sh\n[ $1 = -V ] && echo Python 3.9.2\n", "", "python3: Python 3.9.2"),
        ("", "/nowhere/python3", "/nowhere/python3: not there"),
    ],
)
def test_no_python_is_said_with_what_was_seen(course: Course, path: str, python: str, seen: str) -> None:
    programs = course.folder / "programs"
    programs.mkdir()
    if path:
        (programs / "python3").write_text(path)
        (programs / "python3").chmod(0o755)
    status, out, err = course.run("list", PATH=str(programs), DRYDOCK_PYTHON=python)
    assert (status, out) == (3, "")
    assert "Python 3.11 or later is needed" in err
    assert seen in err
    assert not (course.folder / ".venv").exists()


def test_someone_elses_venv_is_left_alone(course: Course) -> None:
    (course.folder / ".venv").mkdir()
    (course.folder / ".venv" / "mine").write_text("mine")
    status, _, err = course.run("list")
    assert status == 3
    assert "did not make it" in err
    assert [path.name for path in (course.folder / ".venv").iterdir()] == ["mine"]


@pytest.mark.setup
def test_second_start_does_no_work_again(set_up: Course) -> None:
    def second() -> float:
        began = time.monotonic()
        status, out, err = set_up.run("check", "two words", "", PIP_FIND_LINKS="", PIP_INDEX_URL="http://127.0.0.1:9/")
        assert (status, out, err) == (0, "['check', 'two words', ''] 1.0 None True\n", "")
        return time.monotonic() - began

    assert min(second() for _ in range(3)) < 2


@pytest.mark.setup
def test_exit_status_is_that_of_the_command(set_up: Course) -> None:
    assert set_up.run("exit", "7")[0] == 7


@pytest.mark.setup
def test_called_through_a_link_from_a_folder_with_modules_of_the_same_names(set_up: Course, tmp_path: Path) -> None:
    (tmp_path / "grader.py").write_text("raise SystemExit('wrong grader')")
    (tmp_path / "pebble.py").write_text("raise SystemExit('wrong pebble')")
    (tmp_path / "one").symlink_to(set_up.folder / "drydock")
    (tmp_path / "two").symlink_to("one")
    started = set_up.start(
        "x", launcher=tmp_path / "two", cwd=tmp_path, PYTHONPATH=str(tmp_path), PYTHONHOME="/nowhere"
    )
    assert started.result() == (0, "['x'] 1.0 None True\n", "")


@pytest.mark.setup
def test_works_after_the_folder_was_moved(course: Course, tmp_path: Path) -> None:
    assert course.run("x")[0] == 0
    course.folder = course.folder.rename(tmp_path / "moved")
    assert course.run("x") == (0, "['x'] 1.0 None True\n", "")


@pytest.mark.setup
def test_two_at_the_same_time_set_up_once(course: Course) -> None:
    both = [course.start("x"), course.start("x")]
    results = [started.result() for started in both]
    assert [status for status, *_ in results] == [0, 0], results
    said = "".join(err for *_, err in results)
    assert said.count("Setting up") == 1, said


@pytest.mark.setup
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGKILL, -9)]
)
def test_interrupted_set_up_is_begun_anew(course: Course, number: int, status: int) -> None:
    started = course.start("x")
    assert started.stderr
    assert "Setting up" in started.stderr.readline()
    while not (course.folder / ".venv" / "bin").exists():
        time.sleep(0.01)
    os.killpg(started.pid, number) if number == signal.SIGINT else started.send_signal(number)
    assert started.result()[0] == status
    assert not (course.folder / ".venv" / "ready").exists()
    again, out, err = course.run("x")
    assert (again, out) == (0, "['x'] 1.0 None True\n"), err


@pytest.mark.setup
def test_ctrl_c_while_a_package_is_fetched_leaves_nothing_half(course: Course) -> None:
    """The package index takes the question and never answers it."""
    with socket.create_server(("127.0.0.1", 0)) as index:
        index.settimeout(60)
        address = f"http://127.0.0.1:{index.getsockname()[1]}/"
        started = course.start("x", PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL=address)
        asking, _ = index.accept()
        with asking:
            os.killpg(started.pid, signal.SIGINT)
            status, out, err = started.result()
    assert (status, out) == (130, "")
    assert "Run the same command again" in err
    assert "Traceback" not in err
    assert not (course.folder / ".venv" / "ready").exists()
    assert processes_that_name(str(course.folder)) == []
    again, out, err = course.run("x")
    assert (again, out) == (0, "['x'] 1.0 None True\n"), err


@pytest.mark.setup
def test_changed_lock_file_is_installed(course: Course) -> None:
    assert course.run("x")[1] == "['x'] 1.0 None True\n"
    course.ship("2.0")
    status, out, err = course.run("x")
    assert (status, out) == (0, "['x'] 2.0 None True\n")
    assert "Setting up" in err


@pytest.mark.setup
@pytest.mark.parametrize(
    ("changed", "advice"),
    [
        ({"PIP_FIND_LINKS": "/nowhere"}, "Is the mirror complete"),
        (
            {"PIP_NO_INDEX": "", "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_FIND_LINKS": "", "PIP_RETRIES": "1"},
            "could not be fetched",
        ),
        ({"PIP_USER": "1", "PIP_TARGET": "/nowhere", "PIP_QUIET": "3"}, ""),
    ],
)
def test_pip_settings_of_the_machine(course: Course, changed: dict[str, str], advice: str) -> None:
    status, _, err = course.run("x", **changed)
    assert status == (3 if advice else 0), err
    assert advice in err


@pytest.mark.setup
def test_file_with_another_hash_is_not_installed(course: Course) -> None:
    lock = course.folder / "requirements.lock"
    lock.write_text(lock.read_text().partition("sha256:")[0] + "sha256:" + "0" * 64 + "\n")
    status, _, err = course.run("x")
    assert status == 3
    assert "not the file that the lock file names" in err


@pytest.mark.setup
def test_the_course_itself_from_a_fresh_copy(tmp_path: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        target = tmp_path / "fresh" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    env = os.environ | {"HOME": str(tmp_path / "home"), "DRYDOCK_PYTHON": sys.executable}
    launcher = str(tmp_path / "fresh" / "drydock")
    done = subprocess.run([launcher, "list"], env=env, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr
    assert "points" in done.stdout
    seconds = []
    for _ in range(3):
        began = time.monotonic()
        done = subprocess.run([launcher, "list"], env=env, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        seconds.append(time.monotonic() - began)
    assert min(seconds) < 2


@pytest.mark.parametrize("works", [True, False])
def test_as_root_the_package_of_venv_is_installed(monkeypatch: pytest.MonkeyPatch, works: bool) -> None:
    installed: list[str] = []
    monkeypatch.setattr(setup.sys, "executable", "/usr/bin/python3")
    monkeypatch.setattr(setup.os.path, "realpath", lambda path: path)
    monkeypatch.setattr(setup.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(setup.importlib.util, "find_spec", lambda _: works and installed)
    monkeypatch.setattr(setup, "apt_install", lambda packages, _: installed.extend(packages))
    if works:
        setup.install_venv_module()
    else:
        with pytest.raises(SetupError, match="still lacks the module ensurepip"):
            setup.install_venv_module()
    assert installed == [f"python3.{sys.version_info.minor}-venv"]


def test_without_root_the_line_that_installs_a_package_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("scripts.system.run", lambda *_: pytest.fail("nothing may be run"))
    with pytest.raises(SetupError, match=r"\n  sudo apt-get install python3\.13-venv\nThen run the same command again"):
        apt_install(["python3.13-venv"], "4 MB")
