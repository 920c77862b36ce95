"""Write requirements.lock and requirements-test.lock anew from pyproject.toml; needs uv on the PATH.

Every version is pinned, with the hashes of all its files, for every system and every Python from 3.11 on. No address of
a package index is written, so that a machine's own settings (PIP_INDEX_URL, pip.conf) decide where packages come from.
"""

import os
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
LOCKS = {
    "requirements.lock": ["pyproject.toml"],
    "requirements-test.lock": ["--group=pyproject.toml:test", "--constraint=requirements.lock"],
}


def main(arguments: list[str]) -> int:
    """Write both files; `--upgrade` among the arguments takes the newest versions. Returns the exit status."""
    uv = shutil.which("uv")
    if not uv:
        sys.stderr.write("scripts/lock.py needs uv on the PATH: python3 -m pip install uv\n")
        return 3
    for name, sources in LOCKS.items():
        command = [uv, "pip", "compile", *COMMON, *sources, f"--output-file={name}", *arguments]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "UV_NO_PROGRESS": "1"}, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
