"""Running a program: a list of arguments, a bounded time, and errors that say what it said."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from grader.errors import DiskFullError, MachineError

NO_SPACE = "No space left on device"


def output(
    arguments: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    seconds: float,
    failure: type[MachineError],
    what: str,
    do: str = "",
    cwd: Path | None = None,
) -> str:
    """What the program printed to its standard output.

    Raises `failure` when it fails, is missing, or takes more than `seconds`: `what` says what was being done, the last
    lines of what the program said follow; DiskFullError when it said that no space is left.
    """
    try:
        done = subprocess.run(
            [str(argument) for argument in arguments],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise failure(f"{what}: {arguments[0]} took more than {seconds:.0f} s.", do) from error
    except OSError as error:
        raise failure(f"{what}: {arguments[0]} cannot be run: {error.strerror}.", do) from error
    text = done.stdout.decode("utf-8", errors="replace")
    if done.returncode:
        said = (done.stderr.decode("utf-8", errors="replace") or text).strip()
        if NO_SPACE in said:
            raise DiskFullError(
                f"{what}: no space is left on the disk. {Path(arguments[0]).name} said: {tail(said, 2)}"
            )
        raise failure(f"{what}: {Path(arguments[0]).name} failed.\n{tail(said, 8)}", do)
    return text


def tail(text: str, lines: int) -> str:
    """The last `lines` lines of `text` that are not empty."""
    return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])


@contextmanager
def room_in(folder: Path) -> Iterator[None]:
    """Turn "no space left" within the block into a DiskFullError that names `folder` and the bytes that are free."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise disk_full(folder) from error
    except DiskFullError as error:
        raise disk_full(folder) from error


def need_room(folder: Path, needed: int) -> None:
    """Raise DiskFullError when fewer than `needed` bytes are free on the disk of `folder`, which need not exist yet."""
    if shutil.disk_usage(_existing(folder)).free < needed:
        raise disk_full(folder, needed)


def _existing(folder: Path) -> Path:
    return next((path for path in (folder, *folder.parents) if path.exists()), Path("/"))


def disk_full(folder: Path, needed: int = 0) -> DiskFullError:
    """The error for `folder`, with the bytes that are free there, and those that are `needed` if that is known."""
    free = shutil.disk_usage(_existing(folder)).free
    wanted = f", and {needed:,} are needed" if needed else ""
    return DiskFullError(
        f"The disk of {folder} is full: {free:,} bytes are free{wanted}.",
        "Make room, or set DRYDOCK_HOME to a folder on another disk, and try again.",
    )


def system_environment(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment for the system's own programs: plain words in English, and the proxies."""
    from grader.engine.places import PROXIES

    given = os.environ if env is None else env
    path = ":".join(
        dict.fromkeys([*given.get("PATH", os.defpath).split(":"), "/usr/sbin", "/usr/bin", "/sbin", "/bin"])
    )
    kept = {key: given[key] for key in PROXIES if key in given}
    return kept | {
        "PATH": path,
        "LC_ALL": "C.UTF-8",
        "HOME": given.get("HOME", "/"),
        "DEBIAN_FRONTEND": "noninteractive",
    }
