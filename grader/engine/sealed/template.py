"""The disk that every sealed engine begins with: an ext4 file system in a sparse file, with the base images on it."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from grader.engine.bases.catalog import find
from grader.engine.bases.docker import image_sizes
from grader.engine.client import Engine
from grader.engine.lock import locked
from grader.engine.packages import Say, manifest_of
from grader.engine.places import EngineAddress, Places
from grader.engine.run import need_room, output, system_environment
from grader.engine.sealed.bounds import Bounds
from grader.engine.sealed.launch import END_SECONDS, Sealed, launch, loops_of, new_disk, register, removed_on_failure
from grader.errors import BaseImageError, EngineError

FORM = 2
# Beside the images: what the engine itself keeps, and what unpacking takes on the way.
OWN_BYTES = 150_000_000
OWN_FILES = 2_000
# No base image of the course has more files than one for so many of its bytes.
BYTES_A_FILE = 15_000
UNUSED_SECONDS = 30 * 24 * 3600.0

Shared = Callable[[tuple[str, ...]], EngineAddress]
"""An engine that holds these base images, from which they are copied; it is asked for when a template is made."""


def template(
    places: Places, prefix: Path, bases: Sequence[str], bounds: Bounds, shared: Shared, say: Say
) -> tuple[Path, int]:
    """The template disk for these base images and the engine of `prefix`, and how many bytes a copy may grow to.

    It is made when there is none yet, once for each set of images, version of the engine, and size. Raises EngineError
    or BaseImageError when it cannot be made, DiskFullError when no space is left.
    """
    names = tuple(sorted({name for base in bases for name in find(base).names}))
    path = places.sealed / "templates" / f"{_key(prefix, names, bounds)}.img"
    if not path.exists():
        with locked(places.lock(path.stem), "preparing the disk of sealed engines", say, seconds=600):
            if not path.exists():
                _forget_unused(path.parent)
                _make(places, prefix, names, bounds, shared, say, path)
    os.utime(path)
    return path, path.stat().st_size


def _key(prefix: Path, names: Sequence[str], bounds: Bounds) -> str:
    made = [f"{name} {find(name).made_by}" for name in names]
    engine = [f"{package} {version}" for package, version in sorted(manifest_of(prefix).items())]
    said = [f"form {FORM}", *engine, *made, f"{bounds.disk_bytes} {bounds.files}"]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _make(
    places: Places,
    prefix: Path,
    names: tuple[str, ...],
    bounds: Bounds,
    shared: Shared,
    say: Say,
    path: Path,
) -> None:
    say(f"Preparing the disk of sealed engines with {', '.join(names) or 'no base image'} (once) …")
    source = shared(names)
    sizes = image_sizes(source, names)
    if missing := [name for name in names if name not in sizes]:
        raise BaseImageError(f"The engine at {source.host} has no {', '.join(missing)}.")
    images = sum({find(name).name: size for name, size in sizes.items()}.values())
    name = register(places)
    disk = new_disk(places, name)
    size = bounds.disk_bytes + 2 * images + OWN_BYTES
    need_room(disk.parent, size + images)
    with removed_on_failure(places, name):
        _make_file_system(disk, size, bounds.files + OWN_FILES + images // BYTES_A_FILE)
        sealed = launch(places, name, prefix, bounds, discard=True)
    try:
        if names:
            _copy(source, sealed.address, names)
        _leave_free(sealed, bounds.disk_bytes)
        _stop(sealed)
        path.parent.mkdir(parents=True, exist_ok=True)
        disk.replace(path)
    finally:
        sealed.end()


def _make_file_system(disk: Path, size: int, files: int) -> None:
    with disk.open("wb") as file:
        file.truncate(size)
    output(
        ["mkfs.ext4", "-q", "-F", "-m", "0", "-N", str(files), "-O", "^has_journal", disk],
        env=system_environment(),
        seconds=120,
        failure=EngineError,
        what="The disk of sealed engines cannot be made",
        do="mkfs.ext4 is in the package e2fsprogs.",
    )


def _copy(source: EngineAddress, target: EngineAddress, names: tuple[str, ...]) -> None:
    given, taken = Engine(source), Engine(target)
    try:
        with given.save(names) as archive:
            taken.load(archive)
    finally:
        given.close()
        taken.close()
    if missing := [name for name in names if name not in image_sizes(target, names)]:
        raise BaseImageError(f"{', '.join(missing)} could not be copied into a sealed engine.")


def _leave_free(sealed: Sealed, wanted: int) -> None:
    """Take what is free beyond `wanted` bytes with a file that holds nothing, and takes no room of this machine."""
    assert sealed.address.seal is not None
    folder = sealed.address.seal.disk
    there = os.statvfs(folder)
    more = there.f_bavail * there.f_frsize - wanted
    if more > 0:
        with Path(folder, "taken").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, more)


def _stop(sealed: Sealed) -> None:
    """Let the engine write all it has, and wait until its disk is closed."""
    if not sealed.engine.end(signal.SIGTERM, END_SECONDS):
        raise EngineError("The engine that prepares the disk of sealed engines does not stop.")
    limit = time.monotonic() + END_SECONDS
    while loops_of(sealed.disk):
        if time.monotonic() > limit:
            raise EngineError("The disk of sealed engines is not closed.")
        time.sleep(0.02)


def _forget_unused(folder: Path) -> None:
    for path in folder.glob("*.img"):
        if time.time() - path.stat().st_mtime > UNUSED_SECONDS:
            path.unlink(missing_ok=True)
