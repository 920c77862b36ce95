"""A real registry beside the engines, on this machine only: for a lesson, for a classroom's mirror, for tests.

It is the distribution's package `docker-registry` in a folder of Drydock's own, as dockerd is. A shell stands between:
it holds the other end of a pipe, so that the registry and its data are gone however the process that started it ends.
"""

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from grader.engine.distribution import find_distribution
from grader.engine.packages import Say
from grader.engine.places import Places
from grader.engine.provision import library_environment, provide_tools
from grader.engine.run import need_room, system_environment, tail
from grader.errors import EngineError

LOOPBACK = "127.0.0.1:0"
"""A free port of this machine, which no other machine reaches."""
START_SECONDS = 20.0
STOP_SECONDS = 10.0
# The program and the first images of a lesson.
ROOM = 200_000_000
# $1 is the program, $2 its folder. Nothing is ever written to the pipe: `read` ends when its other end is closed.
_RUN = """
"$1" serve "$2/registry.json" > "$2/registry.log" 2>&1 &
read -r end
kill -KILL $!
wait
rm -rf "$2"
"""
_LISTENS = re.compile(r'msg="listening on \S+:(\d+)"')
_SENT = re.compile(r"request\.method=GET .*request\.uri=\S*/(?:blobs|manifests)/.*response\.written=(\d+)")
_FAILS = re.compile(r"(?:level=fatal msg=|panic: )(.*)")


class Registry:
    """A registry that runs; `address` is `HOST:PORT`, what an image's name begins with to be pushed there."""

    def __init__(self, address: str, folder: Path, shell: "subprocess.Popen[bytes]") -> None:
        self.address = address
        self.folder = folder
        self._shell = shell

    @property
    def running(self) -> bool:
        """Whether it has not been stopped."""
        return self._shell.poll() is None

    @property
    def held(self) -> int:
        """The bytes of the layers and descriptions that it holds, each once."""
        return sum(path.stat().st_size for path in self.folder.glob("data/docker/registry/v2/blobs/*/*/*/data"))

    @property
    def sent(self) -> int:
        """The bytes of layers and descriptions that it has sent since it started, as its log says."""
        said = (self.folder / "registry.log").read_text("utf-8", errors="replace")
        return sum(int(count) for count in _SENT.findall(said))

    def stop(self) -> None:
        """End it, and delete what it holds; nothing happens the second time."""
        _end(self._shell, self.folder)


def start(places: Places, say: Say, *, listen: str = LOOPBACK, filled: Registry | None = None) -> Registry:
    """A new, empty registry on a free port of 127.0.0.1, which answers; it ends with this process at the latest.

    It listens at `listen`, HOST:PORT. What `filled` holds becomes its own, that one ends, and nothing can be pushed
    to the new one.
    Raises MachineError when its package is not to be had, EngineError with the end of its log when it does not start,
    DiskFullError when no space is left.
    """
    prefix = program(places, say)
    above = Path(places.data, "registries")
    above.mkdir(parents=True, exist_ok=True)
    need_room(above, ROOM)
    folder = Path(tempfile.mkdtemp(dir=above))
    if filled:
        (filled.folder / "data").rename(folder / "data")
        filled.stop()
    (folder / "registry.json").write_bytes(configuration(folder, listen, filled is not None))
    shell = subprocess.Popen(
        ["sh", "-c", _RUN, "sh", str(prefix / "usr/bin/docker-registry"), str(folder)],
        env=system_environment() | library_environment(prefix),
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return Registry(f"{listen.rpartition(':')[0]}:{_port(folder)}", folder, shell)
    except BaseException:
        _end(shell, folder)
        raise


def program(places: Places, say: Say) -> Path:
    """The folder with the registry's program, fetched when it is not there yet.

    Raises MachineError when its package is not to be had, DiskFullError when no space is left.
    """
    source = find_distribution()
    return provide_tools(places, "registry", source, {"docker-registry": source.codename}, say)


@contextmanager
def registry(places: Places, say: Say) -> Iterator[Registry]:
    """A registry for as long as the block lasts; see `start`."""
    running = start(places, say)
    try:
        yield running
    finally:
        running.stop()


def configuration(folder: Path, listen: str = LOOPBACK, read_only: bool = False) -> bytes:
    """The registry's settings (a YAML file, of which JSON is a part): all it keeps is in `folder`."""
    return msgspec.json.encode(
        {
            "version": 0.1,
            "log": {"level": "info", "accesslog": {"disabled": True}},
            "storage": {
                "filesystem": {"rootdirectory": str(folder / "data")},
                "delete": {"enabled": True},
                "cache": {"blobdescriptor": "inmemory"},
                "maintenance": {"readonly": {"enabled": read_only}},
            },
            "http": {"addr": listen},
        }
    )


def _port(folder: Path) -> str:
    """The port that it listens at, as its log says once it does."""
    limit = time.monotonic() + START_SECONDS
    said = ""
    while time.monotonic() < limit:
        log = folder / "registry.log"
        said = log.read_text("utf-8", errors="replace") if log.exists() else ""
        if found := _LISTENS.search(said):
            return found[1]
        if failed := _FAILS.search(said):
            raise EngineError(f"The registry does not start: {failed[1]}")
        time.sleep(0.02)
    raise EngineError(f"The registry does not start. What it said last:\n{tail(said, 6)}")


def _end(shell: "subprocess.Popen[bytes]", folder: Path) -> None:
    if shell.stdin:
        shell.stdin.close()
    try:
        shell.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"Process {shell.pid}, which runs the registry, does not end.") from error
    shutil.rmtree(folder, ignore_errors=True)
