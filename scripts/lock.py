"""Write the lock files anew from pyproject.toml; needs uv on the PATH.

Every version is pinned, with the hashes of all its files, for every system and every Python from 3.11 on. No address of
a package index is written, so that a machine's own settings (PIP_INDEX_URL, pip.conf) decide where packages come from.
requirements.lock is the course; the others hold what comes on top of it, in the same versions.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMON = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--custom-compile-command=python scripts/lock.py",
    "--quiet",
]
RUNTIME = "requirements.lock"
LOCKS = {
    RUNTIME: ["pyproject.toml"],
    "requirements-test.lock": ["--group=pyproject.toml:test", f"--constraint={RUNTIME}"],
    # These are installed in an environment of their own, so nothing is left out.
    "requirements-bench.lock": [
        "--group=pyproject.toml:bench",
        f"--constraint={RUNTIME}",
        "--constraint=requirements-test.lock",
    ],
}
# The optional extras: each names only what the course itself does not.
EXTRAS = {
    "requirements-classroom.lock": ["pyproject.toml", "--extra=classroom", "--constraint=requirements-test.lock"],
    "requirements-cluster.lock": ["pyproject.toml", "--extra=cluster", "--constraint=requirements-classroom.lock"],
}


def main(arguments: list[str]) -> int:
    """Write all files; `--upgrade` among the arguments takes the newest versions. Returns the exit status."""
    uv = shutil.which("uv")
    if not uv:
        sys.stderr.write("scripts/lock.py needs uv on the PATH: python3 -m pip install uv\n")
        return 3
    for name, sources in {**LOCKS, **EXTRAS}.items():
        more = [f"--constraint={RUNTIME}", *_left_out()] if name in EXTRAS else []
        command = [uv, "pip", "compile", *COMMON, *sources, *more, f"--output-file={name}", *arguments]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "UV_NO_PROGRESS": "1"}, check=False)
        if done.returncode:
            return done.returncode
    return 0


def _left_out() -> list[str]:
    """The options that leave out what requirements.lock names."""
    names = re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / RUNTIME).read_text("utf-8"), re.MULTILINE)
    return [f"--no-emit-package={name}" for name in sorted(set(names))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
