"""Make .venv from the lock files, then run the command: what ./drydock does when .venv is not ready.

Standard library only. One at a time, by a lock on .venv/lock; begun anew after an interruption: a lock file is
copied to .venv/ready/ once all that it names is installed, and only then counts. Exit status 3: this machine
cannot do it.
"""

import fcntl
import importlib.util
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from scripts.bundle import wheels
from scripts.packages import explained, pip_install
from scripts.system import SetupError, apt_install, run, say, tail

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUNTIME, TESTS, CLASSROOM = "requirements.lock", "requirements-test.lock", "requirements-classroom.lock"
CLUSTER = "requirements-cluster.lock"
LOCKS = {
    "test": [RUNTIME, TESTS, CLASSROOM, CLUSTER],
    "classroom": [RUNTIME, CLASSROOM],
    "cluster": [RUNTIME, CLUSTER],
    "unbundle": [RUNTIME, CLASSROOM, CLUSTER],
}
"""What a command needs, where that is more than the course's packages."""
WHAT = {RUNTIME: "the course's packages", TESTS: "the tests' tools", CLASSROOM: "nbgrader", CLUSTER: "Dask"}
# What each takes, measured on two cores: megabytes of disk, and what is said of it.
NEEDED = {
    RUNTIME: (450, "about 270 MB of disk, half a minute"),
    TESTS: (450, "about 280 MB of disk, half a minute"),
    CLASSROOM: (150, "about 90 MB of disk, half a minute"),
    CLUSTER: (60, "about 35 MB of disk, a quarter of a minute"),
}


def main(arguments: list[str]) -> int:
    """Set up what `arguments` need, then become the command that they name; returns only when set-up failed."""
    testing = arguments[:1] == ["test"]
    bundle = Path(arguments[1]) if arguments[:1] == ["unbundle"] and len(arguments) > 1 else None
    failed = set_up(needed(arguments), bundle)
    if failed:
        return failed
    sys.stderr.flush()
    command = ["scripts.run_tests", *arguments[1:]] if testing else ["grader", *arguments]
    return os.execv(PYTHON, [str(PYTHON), "-P", "-m", *command])


def needed(arguments: list[str]) -> list[str]:
    """The lock files of what `arguments` need."""
    on_cluster = arguments[:1] == ["grade"] and any(word.startswith("--cluster") for word in arguments)
    return LOCKS.get("cluster" if on_cluster else "".join(arguments[:1]), [RUNTIME])


def set_up(locks: list[str], bundle: Path | None = None) -> int:
    """Install what the lock files name and is not there yet; returns the exit status, 0 when all is there.

    The packages come from the file `bundle`, where there is one.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda signum, _: sys.exit(128 + signum))
    try:
        if not ready(locks):
            with locked(), wheels(bundle) if bundle else nullcontext() as folder:
                for name in locks:
                    if not ready([name]):
                        install(name, folder)
    except KeyboardInterrupt:
        say("\nInterrupted. Run the same command again: set-up begins anew.")
        return 130
    except SetupError as error:
        say(f"drydock: {error}")
        return 3
    except OSError as error:
        say(f"drydock: {error.filename or VENV}: {error.strerror}. Set-up needs to write to {VENV}.")
        return 3
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
    return 0


def ready(locks: list[str]) -> bool:
    """Whether all that the lock files name is installed for a Python that is still there."""
    if not os.access(PYTHON, os.X_OK):
        return False
    stamps = [(ROOT / name, VENV / "ready" / name) for name in locks]
    return all(stamp.is_file() and stamp.read_bytes() == lock.read_bytes() for lock, stamp in stamps)


@contextmanager
def locked() -> Iterator[None]:
    """Hold .venv/lock; pip inherits it, so that not even a killed set-up leaves .venv to two at once."""
    if VENV.is_dir() and not (VENV / "lock").exists() and any(VENV.iterdir()):
        raise SetupError(
            f"{VENV} is there, but ./drydock did not make it. Move it away, and run the same command again."
        )
    VENV.mkdir(exist_ok=True)
    with (VENV / "lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = (VENV / "lock").read_text("ascii").strip() or "just begun"
            say(f"Another ./drydock (process {holder}) is setting up; waiting …")
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        os.set_inheritable(file.fileno(), True)
        yield


def install(name: str, wheels: Path | None = None) -> None:
    """Install what the lock file `name` names: the runtime into a new .venv, all else on top of it.

    With `wheels`, a folder, no network is asked for.
    """
    text = (ROOT / name).read_text("utf-8")
    need, words = NEEDED[name]
    free = shutil.disk_usage(VENV).free // 2**20
    if free < need:
        raise SetupError(f"{VENV} needs {need} MB of free disk, and there are {free} MB. Make room, and run it again.")
    say(f"Setting up {WHAT[name]} in {VENV} with Python {sys.version.split()[0]}: {words}, more on a slow network.")
    say("  This happens once. It can be interrupted and run again.")
    began = time.monotonic()
    if name == RUNTIME:
        make_venv()
    pip_install(PYTHON, ROOT / name, wheels)
    stamp = VENV / "ready" / name
    stamp.parent.mkdir(exist_ok=True)
    stamp.with_suffix(".new").write_text(text, "utf-8")
    stamp.with_suffix(".new").replace(stamp)
    say(f"Set up in {time.monotonic() - began:.0f} s.")


def make_venv() -> None:
    """Make .venv anew, for the Python that runs this; the course is importable from it, wherever it is moved to."""
    if not importlib.util.find_spec("ensurepip"):
        install_venv_module()
    shutil.rmtree(VENV / "ready", ignore_errors=True)
    for path in VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()
    # The real path names one version (…/python3.13): when the system moves on to another, the link is dead and .venv is
    # made anew, rather than started with a Python that does not find its packages.
    base = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    done = run([base, "-I", "-m", "venv", str(VENV)])
    if done.returncode:
        raise SetupError(f"{base} -m venv failed:\n{tail(done.stdout)}\n{explained(done.stdout)}")
    for packages in VENV.glob("lib/python3*/site-packages"):
        (packages / "drydock.pth").write_text("../../../..\n", "ascii")


def install_venv_module() -> None:
    """Install Debian's package of `venv` as root, or say the one line to run."""
    package = f"python3.{sys.version_info.minor}-venv"
    if not (shutil.which("apt-get") and os.path.realpath(sys.executable).startswith("/usr/bin/")):
        raise SetupError(f"{sys.executable} lacks the module ensurepip. Name another: DRYDOCK_PYTHON=/path ./drydock …")
    say(f"This Python lacks the module venv: it is in the system's package {package}.")
    apt_install([package], "4 MB")
    importlib.invalidate_caches()
    if not importlib.util.find_spec("ensurepip"):
        raise SetupError(f"{package} is installed, and {sys.executable} still lacks the module ensurepip.")
