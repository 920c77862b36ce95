"""Everything that a change has to pass: style, types, the direction of imports, and the tests. `./drydock test`.

Two files of tests run at a time: most tests wait for an engine. With arguments only pytest runs, with them;
`./drydock test hostile` is the hostile suite (see scripts/hostile.py), and `./drydock test kill` kills a grading at
each of its writes (see scripts/kill_points.py). The exit status is pytest's, or 1 when only one of the others failed.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from scripts.system import SetupError, apt_install, say

ROOT = Path(__file__).resolve().parent.parent
OWN = {"hostile": "scripts.hostile", "kill": "scripts.kill_points"}
STATIC = {
    "ruff check": ["-m", "ruff", "check", "--quiet"],
    "ruff format": ["-m", "ruff", "format", "--check", "--quiet"],
    "mypy": ["-m", "mypy"],
    "import-linter": ["-c", "from importlinter.cli import lint_imports_command as lint; lint(['--no-logo'])"],
}
# pytest-xdist: two processes, each with one file at a time, so that what the tests of a file share is made once.
# A process that a hanging test has ended is not begun again: it would begin with the same test.
WHOLE = ["--numprocesses=2", "--dist=loadfile", "--max-worker-restart=0", "--durations=20"]
# Debian's package, any of the programs that it brings, and its size with all that comes with it.
PROGRAMS = [("git", ("git",), "40 MB"), ("chromium", ("chromium", "chromium-browser", "google-chrome"), "400 MB")]


def main(arguments: list[str]) -> int:
    """Run the checks and then pytest with `arguments`; returns the exit status."""
    if arguments and arguments[0] in OWN:
        words = [sys.executable, "-m", OWN[arguments[0]], *arguments[1:]]
        return subprocess.run(words, cwd=ROOT, check=False).returncode
    install_programs()
    failed = [] if arguments else [name for name, command in STATIC.items() if python(name, command)]
    status = python("pytest", ["-m", "pytest", *(arguments or WHOLE)])
    if failed:
        # On standard error, so that pytest's closing line stays the last of standard output.
        say(f"\nFailed before pytest: {', '.join(failed)}; see above.")
    return status or int(bool(failed))


def python(name: str, command: list[str]) -> int:
    """Run this Python with `command`, which `name` names, in the course's folder; returns its exit status."""
    say(f"--- {name}")
    return subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode


def install_programs() -> None:
    """Install the system's programs that tests need where that is possible; else say the line to run."""
    missing = [(package, size) for package, names, size in PROGRAMS if not any(map(shutil.which, names))]
    for package, size in missing:
        say(f"The tests need {package}.")
        try:
            if not shutil.which("apt-get"):
                raise SetupError(f"Install {package}, and run the same command again.")
            apt_install([package], size)
        except SetupError as error:
            say(f"{error}\nThe tests that need {package} will fail.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
