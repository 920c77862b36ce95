"""The shape of the code: imports go one way, modules stay short, every module says what it is."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import labkit

ROOT = Path(__file__).parent.parent
FOLDERS = ("grader", "labkit", "scripts", "benchmarks")
MODULES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
LONGEST = 300
LINT = "from importlinter.cli import lint_imports_command as lint; lint(['--no-logo', '--no-cache'])"
HEADLESS = """
import sys
from importlib import import_module
from pkgutil import walk_packages
import grader
for found in walk_packages(grader.__path__, "grader."):
    if not found.name.endswith("__main__"):
        import_module(found.name)
print(sorted({name.partition(".")[0] for name in sys.modules} & {"jupyterlab", "jupyter_server", "IPython", "labkit"}))
"""


def name_of(path: Path) -> str:
    """A module's path, as the tests show it."""
    return str(path.relative_to(ROOT))


def test_imports_go_one_way() -> None:
    done = subprocess.run([sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_grader_imports_no_jupyter() -> None:
    done = subprocess.run([sys.executable, "-c", HEADLESS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_help_needs_no_msgspec() -> None:
    code = "import sys; from grader.cli import parser; parser(); print('msgspec' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("False\n", "")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= LONGEST
    assert ast.get_docstring(ast.parse(text))


def test_what_a_notebook_imports_is_there() -> None:
    assert [name for name in labkit.__all__ if not hasattr(labkit, name)] == []
    assert sorted(labkit.__all__) == list(labkit.__all__)


# Where the time of day is looked at: for ages of files and what is shown, never for a limit.
OF_THE_DAY = {
    "batch/store.py", "engine/images.py", "engine/packages.py", "engine/private.py", "engine/runs.py",
    "engine/sealed/template.py", "litter.py", "observe/reproduced.py", "progress.py",
}  # fmt: skip


def test_limits_are_of_a_clock_that_nobody_sets() -> None:
    """A clock that jumps must end no build and no run: whoever counts seconds does so with `time.monotonic`."""
    found = {
        path.relative_to(ROOT / "grader").as_posix()
        for path in (ROOT / "grader").rglob("*.py")
        if re.search(r"\btime\.time\(|\bdatetime\.(now|today|utcnow)\(", path.read_text("utf-8"))
    }
    assert found <= OF_THE_DAY
