"""Base images in one file, for a room without network."""

import json
import tarfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from grader.engine.bases.catalog import find
from grader.engine.bases.docker import checked_name, docker, image_sizes
from grader.engine.packages import Say
from grader.engine.places import EngineAddress
from grader.engine.run import room_in
from grader.errors import BaseImageError, ImageError, UsageError

MANIFEST_BYTES = 1_000_000
MEMBERS = 20_000
SECONDS = 1800.0


def save(engine: EngineAddress, names: Sequence[str], file: Path, say: Say) -> list[str]:
    """Save the images `names`, under all their names, to `file`, whole or not at all; returns the names in it.

    Raises UsageError for a name that cannot be one, BaseImageError when the engine does not hold one of them,
    DiskFullError when no space is left.
    """
    wanted = list(dict.fromkeys(each for name in names for each in _all_names(name)))
    if not wanted:
        raise UsageError("No image to save was named.")
    there = image_sizes(engine, wanted)
    absent = [name for name in names if checked_name(name) not in there and not set(_all_names(name)) & set(there)]
    if absent:
        raise BaseImageError(f"The engine does not hold {', '.join(absent)}.", "drydock images list")
    if not file.absolute().parent.is_dir():
        raise UsageError(f"There is no folder {file.absolute().parent}.")
    if file.is_dir():
        raise UsageError(f"{file} is a folder.", "Name the file to write, such as images.tar.")
    partial = file.with_name(f"{file.name}.partial")
    say(f"Saving {len(there)} names to {file} …")
    try:
        with room_in(file.absolute().parent):
            docker(engine, "save", "--output", str(partial), *there, seconds=SECONDS, what=f"{file} cannot be written")
            partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return list(there)


def load(engine: EngineAddress, file: Path, say: Say) -> list[str]:
    """Load the images of `file` into `engine`; returns their names.

    Raises ImageError when `file` is not an archive of images with names, BaseImageError when the engine refuses it,
    DiskFullError when no space is left.
    """
    names = names_in(file)
    what = f"{file} cannot be loaded"
    say(f"Loading {', '.join(names)} …")
    said = docker(engine, "load", "--quiet", "--input", str(file), seconds=SECONDS, what=what)
    absent = [name for name in names if not image_sizes(engine, [name])]
    if absent:
        raise BaseImageError(f"{file} was loaded, but the engine does not hold {', '.join(absent)}.\n{said.strip()}")
    return names


def names_in(file: Path) -> list[str]:
    """The names of the images in an archive of `docker save`, which is read no further than its manifest.

    Raises ImageError when it is none, or none of its images has a name.
    """
    what = f"{file} is not an archive of images"
    do = "Make one with: drydock images save FILE"
    try:
        with tarfile.open(file, "r:*") as tar:
            for count, member in enumerate(tar):
                if count > MEMBERS:
                    raise ImageError(f"{what}: it has more than {MEMBERS:,} entries.", do)
                if member.name.removeprefix("./") == "manifest.json" and member.isfile():
                    return _names(tar, member, what, do)
    except FileNotFoundError as error:
        raise ImageError(f"There is no file {file}.", do) from error
    except (OSError, tarfile.TarError, EOFError) as error:
        raise ImageError(f"{what}: {error}.", do) from error
    raise ImageError(f"{what}: it has no manifest.json.", do)


def _names(tar: tarfile.TarFile, member: tarfile.TarInfo, what: str, do: str) -> list[str]:
    if member.size > MANIFEST_BYTES:
        raise ImageError(f"{what}: its manifest.json has {member.size:,} bytes.", do)
    stream = tar.extractfile(member)
    try:
        rows = json.loads(stream.read(MANIFEST_BYTES)) if stream else None
        names = [str(name) for row in rows or [] for name in row.get("RepoTags") or []]
    except (ValueError, AttributeError, TypeError) as error:
        raise ImageError(f"{what}: its manifest.json is not as Docker writes it.", do) from error
    for name in names:
        try:
            checked_name(name)
        except UsageError as error:
            raise ImageError(f"{what}: {error.what}", do) from error
    if not names:
        raise ImageError(f"{what}: none of them has a name.", do)
    return names


def _all_names(name: str) -> tuple[str, ...]:
    with suppress(UsageError):
        return find(name).names
    return (checked_name(name),)
