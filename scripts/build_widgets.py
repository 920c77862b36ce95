"""Build labkit/widgets/editor.bundle.js from labkit/widgets/editor/, the same bytes each time.

Node 20.11 or newer is needed, and the network.

python -m scripts.build_widgets            write it
python -m scripts.build_widgets --check    exit status 1 when it is not what its sources give
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WIDGETS = Path(__file__).resolve().parent.parent / "labkit" / "widgets"
SOURCES = WIDGETS / "editor"
BUNDLE = WIDGETS / "editor.bundle.js"
# In the order in which build.mjs takes their digest.
FILES = ("build.mjs", "editor.js", "package-lock.json", "package.json")


def digest() -> str:
    """The SHA-256 of the sources, as the bundle's first line has it."""
    found = hashlib.sha256()
    for name in FILES:
        found.update((SOURCES / name).read_bytes())
    return found.hexdigest()


def signed(made: bytes) -> bytes:
    """A bundle whose first line also has the SHA-256 of all that follows it; a second time nothing changes."""
    first, _, body = made.partition(b"\n")
    return first.partition(b" body: ")[0] + b" body: " + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def built() -> bytes:
    """The bundle, made in a folder of its own from what the lock file names. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "editor")
        shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("node_modules"))
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)
        subprocess.run(["node", "build.mjs", "made.js"], cwd=folder, check=True)
        return signed((folder / "made.js").read_bytes())


def main(arguments: list[str]) -> int:
    """Write the bundle, or with `--check` compare it."""
    missing = [name for name in ("node", "npm") if not shutil.which(name)]
    if missing:
        print(f"{' and '.join(missing)} cannot be found; install Node 20.11 or newer.")
        return 1
    made = built()
    if "--check" in arguments:
        same = BUNDLE.is_file() and BUNDLE.read_bytes() == made
        print(f"{BUNDLE.name} is {'' if same else 'not '}what its sources give.")
        return 0 if same else 1
    BUNDLE.write_bytes(made)
    print(f"{BUNDLE.name}: {len(made):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
