"""The programs to compare with, pinned in requirements-bench.lock, in an environment of their own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import Distribution, distributions
from pathlib import Path

from scripts.packages import pip_install
from scripts.system import SetupError, run, say

ROOT = Path(__file__).resolve().parent.parent
LOCK, PROJECT = ROOT / "requirements-bench.lock", ROOT / "pyproject.toml"


class Peers:
    """The environment with the peers, below `data`; it is made anew when the lock file has changed."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "bench"

    @property
    def python(self) -> Path:
        """The Python of that environment."""
        return self.folder / "bin" / "python"

    def program(self, name: str) -> Path:
        """A program in it. Raises SetupError where this system has none of that name."""
        path = self.folder / "bin" / name
        if not path.exists():
            raise SetupError(f"{name} has no package for this system")
        return path

    def install(self) -> None:
        """Make the environment where it is not ready. Raises SetupError where that fails."""
        stamp = self.folder / LOCK.name
        if stamp.is_file() and stamp.read_bytes() == LOCK.read_bytes():
            return
        say(f"Installing what is compared with into {self.folder}: about 640 MB on the disk, once.")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        done = run([sys.executable, "-m", "venv", str(self.folder)])
        if done.returncode:
            raise SetupError(f"{sys.executable} -m venv {self.folder} failed:\n{done.stdout}")
        pip_install(self.python, LOCK)
        shutil.copyfile(LOCK, stamp)

    def versions(self) -> dict[str, str]:
        """Each program that is compared with, with its version: what pyproject.toml names for the benchmarks."""
        asked = tomllib.loads(PROJECT.read_text("utf-8"))["dependency-groups"]["bench"]
        named = {re.split(r"[^A-Za-z0-9._-]", one, maxsplit=1)[0] for one in asked}
        paths = [str(path) for path in self.folder.glob("lib/python3*/site-packages")]
        found: list[Distribution] = list(distributions(path=paths))
        return {one.metadata["Name"]: one.version for one in found if one.metadata["Name"] in named}

    def output(self, code: str, *, given: bytes = b"") -> str:
        """What Python code prints in that environment; its standard input is `given`."""
        command = [str(self.python), "-c", code]
        return subprocess.run(command, input=given, capture_output=True, check=True, timeout=600).stdout.decode()
