"""A single file that was handed in, an image archive or a file of answers: found, bounded, and copied."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from grader.errors import SubmissionError
from grader.model import Handed, Limits, SubmissionKind
from grader.submission import archive, clean, names, tree
from grader.submission.faults import fault

ANSWERS = "answers.toml"
ANSWERS_BYTES = 64 * 1024
ARCHIVES = ("image.tar", "image.tar.gz", "image.tgz")
EXPECTED = {"dockerfile": "Dockerfile", "image": ARCHIVES[0], "answers": ANSWERS}
"""The name of what is handed in, by the kind of submission; an image archive may be called otherwise as well."""

_ZIP = b"PK\x03\x04"
_ENDINGS = (".tar", ".tar.gz", ".tgz")
_MAKE = "docker save -o image.tar NAME:TAG makes one"


@contextmanager
def stage_file(path: Path, kind: SubmissionKind, limits: Limits, *, under: Path | None = None) -> Iterator[Handed]:
    """A copy of the image archive or the file of answers at `path`, there until the context ends.

    `path` is the file itself, or the folder in which it lies: answers.toml; or image.tar (.tar.gz, .tgz), else the only
    archive in it. Such a folder may be a zip, in which a single top folder is looked into. What is in the file is not
    looked at. `under` is where the copy lies (None: where temporary files go).

    Raises SubmissionError with what, where, the limit and what to do; MachineError where the machine is to blame.
    """
    source = names.shown(str(path))
    most = limits.archive_bytes if kind == "image" else ANSWERS_BYTES
    home = Path(tempfile.mkdtemp(prefix="drydock-submission-", dir=under))
    try:
        found = _found(_unpacked(path, home / "unpacked", limits, source) or path, kind, source)
        copy = home / EXPECTED[kind]
        size = _copied(found, copy, most, source)
        yield Handed(source=names.written(path), path=str(copy), name=found.name, folder=str(found.parent), bytes=size)
    finally:
        clean.remove(home)


def is_compressed(file: Path) -> bool:
    """Whether a file is compressed with gzip, by its first bytes."""
    with file.open("rb") as opened:
        return opened.read(2) == b"\x1f\x8b"


def is_handed_in(folder: Path, kind: SubmissionKind) -> bool:
    """Whether `folder` holds something of the name that this kind of submission has."""
    wanted = ARCHIVES if kind == "image" else (EXPECTED[kind],)
    return any((folder / name).is_file() for name in wanted)


def _unpacked(path: Path, into: Path, limits: Limits, source: str) -> Path | None:
    """The folder that a zip holds, unpacked; None where `path` is no zip."""
    if not path.is_file() or path.is_symlink():
        return None
    try:
        with archive.opened(path, source=source) as file:
            if not file.read(4).startswith(_ZIP):
                return None
            into.mkdir()
            file.seek(0)
            bounds = msgspec.structs.replace(limits, context_bytes=limits.archive_bytes)
            entries = archive.entries(file, "zip", bounds, source=source)
            kinds = tree.write(entries, into, bounds, source=source, archived=True).kinds
    except OSError as error:
        raise fault(error, f"{source}:") from error
    while len(tops := [name for name in sorted(os.listdir(into)) if name != ".DS_Store"]) == 1:  # noqa: PTH208
        if not (into / tops[0]).is_dir():
            break
        into /= tops[0]
    return into if kinds else None


def _found(path: Path, kind: SubmissionKind, source: str) -> Path:
    try:
        mode = path.stat().st_mode
        there = sorted(entry.name for entry in path.iterdir()) if stat.S_ISDIR(mode) else []
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise SubmissionError(f"{source}: there is nothing that can be read of this name", _do(kind)) from error
    except OSError as error:
        raise fault(error, f"{source}:") from error
    if not stat.S_ISDIR(mode):
        return path
    if kind == "answers":
        if ANSWERS not in there:
            raise SubmissionError(f"{source}: there is no file called {ANSWERS}", _do(kind))
        return path / ANSWERS
    usual = [name for name in ARCHIVES if name in there]
    archives = usual or [name for name in there if name.lower().endswith(_ENDINGS)]
    if not archives:
        raise SubmissionError(f"{source}: there is no image archive in this folder", _MAKE)
    if len(archives) > 1:
        listed = ", ".join(names.shown(name) for name in archives[:5])
        raise SubmissionError(f"{source}: there are {len(archives)} archives: {listed}", "name the one that is meant")
    return path / archives[0]


def _copied(found: Path, copy: Path, most: int, source: str) -> int:
    name = names.shown(found.name)
    try:
        with archive.opened(found, source=source) as file:
            size = os.fstat(file.fileno()).st_size
            if size > most:
                do = "hand in one image, without what it does not need"
                raise SubmissionError(f"{source}: {name} has {size:,} bytes; at most {most:,} are read", do)
            read = 0
            with copy.open("wb") as target:
                # One byte more than may be: a file that grows while it is read has no end.
                while chunk := file.read(min(1 << 20, most + 1 - read)):
                    read += target.write(chunk)
            if read > most:
                raise SubmissionError(f"{source}: {name} grew beyond {most:,} bytes", "hand in a finished file")
        return read
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise SubmissionError(f"{source}: {name} is a link", "hand in the file itself") from error
        raise fault(error, f"{source}: {name}", room=f"{copy.parent}: {source}:") from error


def _do(kind: SubmissionKind) -> str:
    return _MAKE if kind == "image" else f"write your answers into {ANSWERS}, beginning from the one you were given"
