"""All that a room without network needs, in one archive: wheels, an engine's programs, base images.

Made on a machine like those of the room: of the same distribution, with the same Python. What has been fetched is kept
beside the archive until it is whole, so that an interrupted one goes on where it was.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from grader.engine import registry
from grader.engine.bases.bundle import load, save
from grader.engine.distribution import os_release
from grader.engine.lock import locked
from grader.engine.packages import Say, manifest_of
from grader.engine.places import EngineAddress, Places
from grader.engine.run import need_room, room_in
from grader.engine.sealed.gvisor import provide_runsc
from grader.errors import MachineError, NoEngineError, UsageError
from grader.exercise import exercises_folder
from scripts.bundle import MANIFEST, SCHEMA, WHEELS, described, this_python
from scripts.system import SetupError, tail

PROGRAMS = "programs/"
IMAGES = "images.tar"
PARTS = (("newest", "the engine"), ("registry", "the registry"), ("runsc", "gVisor"))
"""The folders of programs that go along, where they are there."""
LOCKS = ("requirements.lock", "requirements-classroom.lock", "requirements-cluster.lock")


def make(file: Path, places: Places, engine: EngineAddress, names: Sequence[str], say: Say) -> Mapping[str, int]:
    """Write the bundle, whole or not at all; the bytes of each of its parts.

    Raises UsageError where `file` cannot be written, MachineError where something is not to be had.
    """
    above = file.absolute().parent
    if not above.is_dir():
        raise UsageError(f"There is no folder {above}.", "Name a file in a folder that is there.")
    parts, partial = file.with_name(f"{file.name}.parts"), file.with_name(f"{file.name}.partial")
    if not manifest_of(places.prefix("newest")):
        raise MachineError("Drydock's own engine has not been fetched here.", "./drydock engine start fetches it")
    _have_programs(places, say)
    need_room(above, 2_000_000_000)
    with room_in(above):
        (parts / WHEELS).mkdir(parents=True, exist_ok=True)
        for lock in LOCKS:
            _fetch_wheels(exercises_folder().parent / lock, parts / WHEELS, say)
        images = _images(parts, engine, names, say)
        say(f"Writing {file} …")
        with tarfile.open(partial, "w:gz", compresslevel=1) as tar:
            sizes = _write(tar, parts, images, places)
        partial.replace(file)
    shutil.rmtree(parts)
    return sizes


def _have_programs(places: Places, say: Say) -> None:
    """Get the programs that lessons and tiers fetch when they are first asked for; gVisor where it is to be had."""
    registry.program(places, say)
    try:
        provide_runsc(places, say)
    except NoEngineError as error:
        say(f"Left out: {error.what}")


def use(file: Path, places: Places, say: Say) -> tuple[list[str], Path]:
    """Lay the programs of a bundle where Drydock looks for them; what was laid, and the archive of its images.

    What is there already stays as it is. The archive is the caller's to delete. Raises UsageError for a bundle that is
    not for this machine.
    """
    about = _described(file)
    own = _system()
    if about.get("system") != own:
        raise UsageError(
            f"{file} was made on {about.get('system')}, and this is {own}.", "Make one on a machine like this."
        )
    with locked(places.lock("packages"), "laying out a bundle", say, 900):
        return _laid(file, places, say)


def _laid(file: Path, places: Places, say: Say) -> tuple[list[str], Path]:
    above = Path(places.data)
    above.mkdir(parents=True, exist_ok=True)
    wanted = [key for key, _ in PARTS if not manifest_of(places.prefix(key))]
    # One name for all: what a killed one left is cleared.
    images = above / f"bundle-{IMAGES}"
    need_room(above, 1_500_000_000)

    def clear() -> None:
        for key in wanted:
            shutil.rmtree(places.prefix(f"{key}.partial"), ignore_errors=True)
        images.unlink(missing_ok=True)

    clear()
    try:
        with room_in(above):
            _unpack(file, places, wanted, images, say)
    except BaseException as error:
        clear()
        if isinstance(error, tarfile.TarError | EOFError | zlib.error | KeyError):
            raise UsageError(f"{file} cannot be read to its end: {error}", "Copy it again.") from error
        raise
    laid = []
    for key, what in PARTS:
        if key in wanted and manifest_of(places.prefix(f"{key}.partial")):
            places.prefix(f"{key}.partial").replace(places.prefix(key))
            laid.append(what)
    return laid, images


def _unpack(file: Path, places: Places, wanted: Sequence[str], images: Path, say: Say) -> None:
    keep: dict[str, Any] = {"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}
    with tarfile.open(file) as tar:
        for member in tar:
            if member.name == IMAGES:
                say("Unpacking the base images …")
                _copy(tar, member, images)
            top, key, *_ = *PurePosixPath(member.name).parts, "", ""
            if top + "/" == PROGRAMS and key in wanted:
                name = _inside(file, member.name, key)
                if member.islnk():
                    member.linkname = _inside(file, member.linkname, key)
                member.name = name
                tar.extract(member, places.prefix(f"{key}.partial"), **keep)


def _inside(file: Path, name: str, key: str) -> str:
    """The path of a member, from the folder of its programs on. Raises UsageError where it is not in there."""
    parts = PurePosixPath(name).parts
    if parts[:2] != (PROGRAMS.rstrip("/"), key) or ".." in parts:
        raise UsageError(f"{file}: {name} leads out of its folder.", "It is no bundle of Drydock.")
    return "/".join(parts[2:]) or "."


def into_engine(engine: EngineAddress, images: Path, say: Say) -> list[str]:
    """Load the base images, whose archive is deleted; their names."""
    try:
        return load(engine, images, say)
    finally:
        images.unlink(missing_ok=True)


def _fetch_wheels(lock: Path, folder: Path, say: Say) -> None:
    total = sum(line[:1].isalnum() for line in lock.read_text("utf-8").splitlines())
    say(f"Fetching the {total} packages of {lock.name}; those that are there already are looked at only …")
    options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--disable-pip-version-check", "--no-input"]
    words = [sys.executable, "-I", "-m", "pip", "download", *options, "--progress-bar=off"]
    with subprocess.Popen(
        [*words, "-d", str(folder), "-r", str(lock)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as running:
        said, seen = [], 0
        for line in running.stdout or ():
            said.append(line)
            seen += line.startswith("Collecting")
            if line.startswith("Collecting") and seen % 25 == 0:
                say(f"{seen} of {total} packages")
    if running.returncode:
        raise MachineError(f"pip could not fetch what {lock.name} names. It said:\n{tail(''.join(said))}")


def _images(parts: Path, engine: EngineAddress, names: Sequence[str], say: Say) -> Path:
    """The archive of these images in `parts`, as an interrupted one has saved it; one of other images is removed."""
    asked = sha256("\0".join(sorted(set(names))).encode()).hexdigest()
    images = parts / f"images-{asked[:12]}.tar"
    for other in parts.glob("images*.tar*"):
        if other != images:
            other.unlink()
    if not images.exists():
        save(engine, names, images, say)
    return images


def _write(tar: tarfile.TarFile, parts: Path, images: Path, places: Places) -> dict[str, int]:
    about = {"schema": SCHEMA, "python": this_python(), "system": _system()}
    text = parts / MANIFEST
    text.write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    tar.add(text, MANIFEST)
    sizes: dict[str, int] = {}
    for name, path, what in _members(parts, images, places):
        tar.add(path, name)
        sizes[what] = sizes.get(what, 0) + _size(path)
    return sizes


def _members(parts: Path, images: Path, places: Places) -> Iterator[tuple[str, Path, str]]:
    for wheel in sorted((parts / WHEELS).iterdir()):
        yield f"{WHEELS}{wheel.name}", wheel, "wheels"
    for key, what in PARTS:
        if manifest_of(places.prefix(key)):
            yield f"{PROGRAMS}{key}", places.prefix(key), what
    yield IMAGES, images, "base images"


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(one.lstat().st_size for one in path.rglob("*") if one.is_file() and not one.is_symlink())


def _copy(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    stream = tar.extractfile(member)
    if stream is not None:
        with target.open("wb") as out:
            shutil.copyfileobj(stream, out, 1 << 20)


def _described(file: Path) -> Mapping[str, object]:
    try:
        return described(file)
    except SetupError as error:
        what, _, do = str(error).partition("\n")
        raise UsageError(what, do.strip()) from error


def _system() -> str:
    """This machine's distribution, release and processor: programs from packages run on such a one."""
    release = os_release()
    name = " ".join(release.get(key, "") for key in ("ID", "VERSION_CODENAME")).strip() or sys.platform
    return f"{name} {os.uname().machine}"
