"""The answers of an exercise about image archives, made by the commands that a learner would give, with a real engine.

Such an answer is a script of docker commands, COMMANDS. Names of containers and images are set on lines of their own,
`container=desk`, `image=desk:1`, and used as `$container`, `$image`. Here each run gets names of its own in their
place, so that answers can be made side by side and beside whatever the engine holds, and everything is removed
afterwards; in the archives that were written the names are as the script has them.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import subprocess
import tarfile
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from grader.engine.client import Engine
from grader.errors import EngineError, SubmissionError, UsageError
from grader.model import Exercise

COMMANDS = "commands.sh"
SECONDS = 120.0

_NAME = re.compile(r"^(?P<set>[a-z]+=)(?P<name>[a-z0-9][a-z0-9/._-]*)(?P<tag>:[\w.-]+)?$", re.MULTILINE)
_NAMED = ("manifest.json", "index.json", "repositories")
_ABSENT = re.compile("reference does not exist|No such (?:image|container|object)")
_GZIP = b"\x1f\x8b"
# The ids of containers and of nameless images are written down, to find all again; a label would be committed. So is
# what could not be written out: behind a pipe the script would not end with it.
_PRELUDE = """\
docker() {
  case "$1" in
    run|create) verb=$1; shift; command docker "$verb" --cidfile "$(mktemp -u "$DRYDOCK_MADE/cid.XXXXXXXX")" "$@" ;;
    save|export)
      command docker "$@" && return; code=$?
      # 141: whoever reads the pipe had enough (SIGPIPE), as in `| head -c`.
      [ $code = 141 ] || echo "docker $1 ended with exit code $code" >> "$DRYDOCK_MADE/cut"
      return $code ;;
    commit|import) id=$(command docker "$@") || return; echo "$id" >> "$DRYDOCK_MADE/images"; echo "$id" ;;
    *) command docker "$@" ;;
  esac
}
set -e
"""


def make(exercise: Exercise, folder: Path, engine: Callable[[], Engine]) -> None:
    """Run the script of an answer that was laid out in `folder`, if it has one; it is gone afterwards.

    Raises SubmissionError, with the script's last words, where one of its commands fails.
    """
    script = folder / COMMANDS
    if exercise.submission == "dockerfile" or not script.is_file():
        return
    text = script.read_text("utf-8")
    script.unlink()
    mark = f"-dd{uuid.uuid4().hex[:12]}"
    ready = engine()
    with tempfile.TemporaryDirectory(prefix="drydock-made-") as made:
        try:
            _run(_renamed(text, mark), folder, ready, made)
        finally:
            _remove(ready, mark, Path(made))
    for path in sorted(path for path in folder.iterdir() if path.name.endswith((".tar", ".tar.gz", ".tgz"))):
        path.write_bytes(_named_as_before(path.read_bytes(), mark.encode()))


def _renamed(text: str, mark: str) -> str:
    return _NAME.sub(lambda found: f"{found['set']}{found['name']}{mark}{found['tag'] or ''}", text)


def _run(text: str, folder: Path, engine: Engine, made: str) -> None:
    env = engine.address.environment(os.environ) | {"DRYDOCK_MADE": made}
    program = Path(engine.address.docker)
    if program.is_absolute():
        env["PATH"] = f"{program.parent}{os.pathsep}{env['PATH']}"
    try:
        done = subprocess.run(
            ["sh", "-c", _PRELUDE + text],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="backslashreplace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"The commands of an answer were not done after {SECONDS:.0f} s.") from error
    cut = Path(made, "cut")
    if cut.is_file() and not done.returncode and not _ABSENT.search(done.stdout):
        raise EngineError(
            f"An archive of an answer was not written whole: {cut.read_text('utf-8').strip()}: {done.stdout[-400:]}"
        )
    if done.returncode:
        raise SubmissionError(f"the commands ended with exit code {done.returncode}: {done.stdout.strip()[-400:]}")


def _remove(engine: Engine, mark: str, made: Path) -> None:
    for file in made.glob("cid.*"):
        engine.remove_container(file.read_text("utf-8"))
    # An image may have other names too, which are not ours to take.
    named = [name for name in engine.named_images(f"*{mark}") if mark in name]
    ids = (made / "images").read_text("utf-8").split() if (made / "images").is_file() else []
    for image in (*named, *ids):
        with suppress(UsageError):
            engine.remove_image(image, force=True)


def _named_as_before(data: bytes, mark: bytes) -> bytes:
    """The archive with the names that its script gives; whatever is no archive stays as it is."""
    out = io.BytesIO()
    try:
        plain = gzip.decompress(data) if data[:2] == _GZIP else data
        if mark not in plain:
            return data
        with tarfile.open(fileobj=io.BytesIO(plain)) as archive, tarfile.open(fileobj=out, mode="w") as written:
            for member, contents in _members(archive):
                if member.name in _NAMED:
                    contents = contents.replace(mark, b"")
                    member.size = len(contents)
                written.addfile(member, io.BytesIO(contents))
    except (EOFError, OSError, tarfile.TarError):
        return data  # Cut short on purpose.
    return gzip.compress(out.getvalue(), 1, mtime=0) if plain is not data else out.getvalue()


def _members(archive: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    for member in archive:
        file = archive.extractfile(member) if member.isfile() else None
        yield member, file.read() if file else b""
