"""What of a bundle set-up needs: the course's packages as wheels, so that no network is asked for.

Standard library only, as it runs before .venv is there. `./drydock unbundle FILE` comes here first.
"""

import json
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.system import SetupError, say

MANIFEST = "drydock-bundle.json"
SCHEMA = "drydock.bundle/1"
WHEELS = "wheels/"
MANIFEST_BYTES = 1_000_000


def described(file: Path) -> dict[str, Any]:
    """What a bundle says of itself. Raises SetupError where `file` is none."""
    try:
        with tarfile.open(file) as tar:
            first = tar.next()
            stream = tar.extractfile(first) if first and first.name == MANIFEST and first.isfile() else None
            found = json.loads(stream.read(MANIFEST_BYTES)) if stream else None
    except (OSError, EOFError, zlib.error, tarfile.TarError, ValueError) as error:
        raise SetupError(
            f"{file} is not a bundle: {error}\n  One is made by: ./drydock classroom bundle FILE"
        ) from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise SetupError(f"{file} is not a bundle of this Drydock.\n  One is made by: ./drydock classroom bundle FILE")
    return found


def this_python() -> str:
    """The Python and the machine that wheels are for, such as `cpython-3.13 linux-x86_64`."""
    import sysconfig

    version = ".".join(map(str, sys.version_info[:2]))
    return f"{sys.implementation.name}-{version} {sysconfig.get_platform()}"


@contextmanager
def wheels(file: Path) -> Iterator[Path]:
    """A folder with the wheels of a bundle, which is gone afterwards.

    Raises SetupError where it has none for this Python and machine, or ends too early.
    """
    made_for = str(described(file).get("python", ""))
    if made_for != this_python():
        raise SetupError(
            f"{file} was made for {made_for}, and this is {this_python()}.\n"
            "  Make one on a machine like this one, or name another Python: DRYDOCK_PYTHON=/path/to/python3 ./drydock …"
        )
    with tempfile.TemporaryDirectory(prefix="drydock-wheels-") as folder:
        say(f"Taking the course's packages from {file}.")
        try:
            with tarfile.open(file) as tar:
                for member in tar:
                    if not member.name.startswith(WHEELS):
                        continue
                    stream = tar.extractfile(member)
                    if stream is None or "/" in member.name.removeprefix(WHEELS):
                        continue
                    with Path(folder, Path(member.name).name).open("wb") as out:
                        while piece := stream.read(1 << 20):
                            out.write(piece)
        except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
            raise SetupError(f"{file} cannot be read to its end: {error}\n  Copy it again.") from error
        yield Path(folder)
