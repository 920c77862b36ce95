"""Base images for an engine: there already, pulled where a registry answers, else built or from the archive of one."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from msgspec import Struct

from grader.engine.bases.archive import MARK, write_archive
from grader.engine.bases.catalog import CATALOG, Base, find
from grader.engine.bases.docker import docker, first_row, image_sizes, pull
from grader.engine.bases.small import write_busybox, write_static
from grader.engine.bases.system import debian, write_system
from grader.engine.lock import locked
from grader.engine.packages import Say
from grader.engine.places import EngineAddress, Places
from grader.engine.provision import provide_tools
from grader.engine.run import need_room, room_in
from grader.errors import BaseImageError, MachineError, NoEngineError

# What building takes at most: a folder of files, two archives of it, package lists.
ROOM = {"system": 1_500_000_000, "busybox": 50_000_000, "static": 50_000_000}

Origin = Literal["registry", "built", ""]


class BaseStatus(Struct, frozen=True, kw_only=True):
    """One base image in one engine: `size` in bytes, 0 when it is not there; `origin` where it came from."""

    name: str
    about: str
    there: bool
    size: int = 0
    origin: Origin = ""
    archived: bool = False


def status(engine: EngineAddress, places: Places) -> list[BaseStatus]:
    """Every base image of the course, and whether this engine holds it."""
    sizes = image_sizes(engine, [base.name for base in CATALOG])
    found = []
    for base in CATALOG:
        origin: Origin = ""
        if base.name in sizes:
            origin = "built" if first_row(engine, base.name).startswith(MARK) else "registry"
        found.append(
            BaseStatus(
                name=base.name,
                about=base.about,
                there=base.name in sizes,
                size=sizes.get(base.name, 0),
                origin=origin,
                archived=(places.images / base.file).exists(),
            )
        )
    return found


def ensure(engine: EngineAddress, places: Places, names: Sequence[str], say: Say) -> None:
    """Have the base images `names` in `engine` under all their names; those that are there are left alone.

    One that was built here by a recipe that has changed since is built anew; where that cannot be done it is kept.
    Raises UsageError for a name that the course does not have, BaseImageError when one can be neither pulled nor built,
    DiskFullError when no space is left.
    """
    wanted = list(dict.fromkeys(find(name) for name in names))
    silent: set[str] = set()
    for base in wanted:
        if _outdated(engine, base):
            _renewed(engine, places, base, say)
        if _has(engine, base):
            continue
        if image_sizes(engine, [base.name]) or _pulled(engine, base, silent, say):
            _name_all(engine, base, base.name)
        elif engine.private:
            _built(engine, places, base, say)
        else:
            raise BaseImageError(
                f"{base.name} is not in the engine at {engine.host}, and no registry gives it.",
                "Connect to the network, or load a bundle: drydock images load FILE",
            )


def build(places: Places, base: Base, say: Say) -> None:
    """Make the archive of `base` in the folder of images, unless it is there.

    Raises BaseImageError when it cannot be built, DiskFullError when no space is left.
    """
    target = places.images / base.file
    if target.exists():
        return
    if os.geteuid() != 0 and base.recipe == "system":
        raise BaseImageError(f"{base.name} can be built by root only.", "Load a bundle: drydock images load FILE")
    # Another data folder may be linked to these images: the lock is the one beside them.
    home = Places(data=str(places.images.resolve().parent), run=places.run)
    with locked(home.lock("images"), f"building {base.name}", say, 900):
        if target.exists():
            return
        say(f"Building {base.name} from Debian's packages (about {base.seconds} s, once) …")
        need_room(places.images, ROOM[base.recipe])
        with room_in(places.images):
            places.images.mkdir(parents=True, exist_ok=True)
            for left in places.images.glob("work-*"):
                shutil.rmtree(left, ignore_errors=True)
            for older in (places.images / f"{base.stem}.tar.gz", *places.images.glob(f"{base.stem}-*.tar.gz")):
                older.unlink(missing_ok=True)
            work = Path(tempfile.mkdtemp(prefix="work-", dir=places.images))
            work.chmod(0o755)
            layer = work / "layer.tar"
            facts: dict[str, str] = {}
            try:
                if base.recipe == "system":
                    facts = write_system(places, base, work, layer, say)
                else:
                    _write_small(places, base, layer, say)
                write_archive(base, layer, temporary_name(base), facts, target)
            except NoEngineError as error:
                raise BaseImageError(error.what, "Load a bundle: drydock images load FILE") from error
            finally:
                shutil.rmtree(work, ignore_errors=True)


def temporary_name(base: Base) -> str:
    """The name that an image has in an engine until it is proved to be what it says."""
    return f"drydock.invalid/new:{base.stem.lower()}"


def prove(engine: EngineAddress, base: Base, image: str) -> None:
    """See in the image itself that it is what its name says. Raises BaseImageError when it is not."""
    name = f"drydock-proof-{secrets.token_hex(6)}"
    try:
        if base.proof:
            said = docker(
                engine,
                "run",
                "--rm",
                "--name",
                name,
                "--network=none",
                image,
                *base.proof,
                what=f"{base.name} does not run",
            )
        else:
            docker(engine, "create", "--name", name, "--network=none", image, "none")
            said = docker(engine, "cp", f"{name}:/usr/lib/os-release", "-")
    finally:
        with suppress(BaseImageError):
            docker(engine, "rm", "--force", "--volumes", name)
    if base.says not in said:
        raise BaseImageError(f"{base.name} is not what it says: '{base.says}' was expected in {said.strip()[:200]!r}.")


def _pulled(engine: EngineAddress, base: Base, silent: set[str], say: Say) -> bool:
    registry = base.name.partition("/")[0] if "/" in base.name else "docker.io"
    if registry in silent:
        return False
    say(f"Pulling {base.name} …")
    answer = pull(engine, base.name)
    if answer == "silent":
        silent.add(registry)
        say(f"The registry of {base.name} does not answer.")
    elif answer:
        say(f"{base.name} cannot be pulled: {answer}")
    return not answer


def _has(engine: EngineAddress, base: Base) -> bool:
    return len(image_sizes(engine, base.names)) == len(base.names)


def _built(engine: EngineAddress, places: Places, base: Base, say: Say) -> None:
    """Build, load, prove and name; one at a time, and once: whoever had to wait finds it done."""
    with locked(places.lock("bases"), f"getting {base.name} ready", say, 900):
        if not _has(engine, base) or _outdated(engine, base):
            _loaded(engine, places, base, say)


def _loaded(engine: EngineAddress, places: Places, base: Base, say: Say) -> None:
    build(places, base, say)
    archive, name = places.images / base.file, temporary_name(base)
    try:
        docker(engine, "load", "--quiet", "--input", str(archive), seconds=300, what=f"{archive} cannot be loaded")
        prove(engine, base, name)
        _name_all(engine, base, name)
    except BaseImageError:
        archive.unlink(missing_ok=True)
        raise
    finally:
        with suppress(BaseImageError):
            docker(engine, "rmi", "--no-prune", name)
    say(f"{base.name} is ready.")


def _outdated(engine: EngineAddress, base: Base) -> bool:
    """Whether the engine, which is Drydock's own, holds what another recipe has built."""
    if not engine.private or not image_sizes(engine, [base.name]):
        return False
    row = first_row(engine, base.name)
    return row.startswith(MARK) and base.made_by not in row


def _renewed(engine: EngineAddress, places: Places, base: Base, say: Say) -> None:
    say(f"{base.name} was built by an older recipe, and is built anew.")
    try:
        _built(engine, places, base, say)
    except MachineError as error:
        say(f"That did not work, and the older one is kept: {error.what}")


def _name_all(engine: EngineAddress, base: Base, image: str) -> None:
    for name in base.names:
        if name != image:
            docker(engine, "tag", image, name)


def _write_small(places: Places, base: Base, layer: Path, say: Say) -> None:
    source = debian(places)
    wanted = dict.fromkeys(base.packages, source.codename)
    prefix = provide_tools(places, f"base-{base.recipe}", source, wanted, say)
    write = write_busybox if base.recipe == "busybox" else write_static
    write(prefix, layer)
