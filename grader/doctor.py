"""What this machine has of what Drydock needs, and which isolation it can give: looked at, nothing started."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from grader.engine.boxed.possible import why_not as not_boxed
from grader.engine.distribution import find_distribution
from grader.engine.find import running_engine
from grader.engine.known_bad import known_bad, mended_by_distribution
from grader.engine.packages import manifest_of
from grader.engine.ping import get
from grader.engine.places import EngineAddress, Places, PrivateSpec
from grader.engine.run import system_environment
from grader.engine.sealed.possible import why_not
from grader.errors import EngineError, NoEngineError

SCHEMA = "drydock.doctor/1"
ROOM = 5_000_000_000
"""Bytes of disk that the engine's packages, the base images and a class's builds take with some room."""

CGROUPS = Path("/sys/fs/cgroup")


class TierState(msgspec.Struct, frozen=True, kw_only=True):
    """A tier of isolation, whether it can be had here, and what stands in the way."""

    name: str
    possible: bool
    why_not: tuple[str, ...] = ()


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. `versions` is of programs by name; an unknown one is not in it. Bytes are free ones."""

    python: str
    system: str
    kernel: str
    architecture: str
    root: bool
    cgroup: str
    disk_bytes: int
    disk_of: str
    engine: str
    versions: dict[str, str]
    tiers: tuple[TierState, ...]
    warnings: tuple[str, ...]


def look(places: Places, env: Mapping[str, str]) -> Machine:
    """Look at the machine, and at the engine where one runs already."""
    address = running_engine(places, env)
    programs, told = _programs(), _of_engine(address) if address else {}
    versions = programs | told
    whose = "Drydock's own" if address and address.private else address.name if address else ""
    engine = f"{whose}, {address.host}" if address else ""
    disk = _nearest(Path(places.data))
    free = shutil.disk_usage(disk).free
    warnings = known_bad(versions, _mended(address, programs.get("runc", ""), told.get("runc", "")))
    if free < ROOM:
        warnings.append(f"{disk} has {free / 1e9:.1f} GB free; {ROOM / 1e9:.0f} GB are good to have")
    if address and "buildx" not in versions:
        warnings.append("the client has no buildx, so builds go by the classic builder, which has fewer limits")
    return Machine(
        python=platform.python_version(),
        system=_system(),
        kernel=platform.release(),
        architecture=platform.machine(),
        root=_root(),
        cgroup=_cgroup(CGROUPS),
        disk_bytes=free,
        disk_of=str(disk),
        engine=engine,
        versions=versions,
        tiers=tiers(
            engine=bool(address),
            own=platform.system() == "Linux" and _root(),
            programs=_not_provided(places, PrivateSpec().suite),
            sealed=why_not(),
            boxed=_boxed(address) if address else (),
            gvisor=() if "runsc" in programs else _not_provided(places, "runsc"),
        ),
        warnings=tuple(warnings),
    )


def tiers(
    *,
    engine: bool,
    own: bool,
    sealed: tuple[str, ...],
    boxed: tuple[str, ...] = (),
    programs: tuple[str, ...] = (),
    gvisor: tuple[str, ...] = (),
) -> tuple[TierState, ...]:
    """The tiers: `engine` says whether one runs, `own` whether this user could start ours.

    `sealed` says why there can be no throw-away engine, `boxed` why the one that runs can hold none in a container,
    `programs` why an engine's programs cannot be provided here, `gvisor` why those of gVisor cannot.
    """
    unstarted = programs if own else ("no engine answers, and one of Drydock's own needs Linux and root",)
    trusted = () if engine else unstarted
    default = boxed if engine else unstarted
    hardened = (*sealed, *programs)
    return (
        TierState(name="trusted", possible=not trusted, why_not=trusted),
        TierState(name="default", possible=not default, why_not=default),
        TierState(name="hardened", possible=not hardened, why_not=hardened),
        TierState(
            name="hardened-gvisor", possible=not (hardened or gvisor), why_not=tuple(dict.fromkeys(hardened + gvisor))
        ),
    )


def _not_provided(places: Places, suite: str) -> tuple[str, ...]:
    """Why programs that are not here cannot be fetched either, as far as can be told without a network."""
    if manifest_of(places.prefix(suite)):
        return ()
    try:
        find_distribution()
    except NoEngineError as error:
        return (f"{error.what.rstrip('.')} ({error.do})",)
    return ()


def _boxed(address: EngineAddress) -> tuple[str, ...]:
    """Why the engine can hold none in a container; all that it tells is looked at, nothing is tried."""
    try:
        if address.host.startswith("unix://"):
            return not_boxed(get(address.host, "/info"))
        said = _said([address.docker, "info", "--format", "{{json .}}"], address.environment(os.environ))
        return not_boxed(msgspec.json.decode(said)) if said else ("the engine does not tell what it has",)
    except (EngineError, msgspec.DecodeError):
        return ("the engine does not tell what it has",)


def _mended(address: EngineAddress | None, here: str, there: str) -> tuple[str, ...]:
    """The CVEs that the distribution has mended in the runc that runs containers; `here` and `there` are versions.

    The changelog on this machine says nothing of an engine that is not ours and has another version, or tells none.
    """
    if address is None:
        return mended_by_distribution("runc", system_environment()["PATH"])
    if address.private:
        return mended_by_distribution("runc", address.path)
    return mended_by_distribution("runc", system_environment()["PATH"]) if there and there == here else ()


def _programs() -> dict[str, str]:
    """The versions of the programs of this machine that an engine needs."""
    found = {}
    for name in ("runc", "runsc"):
        program = shutil.which(name, path=system_environment()["PATH"])
        if program and (version := _version(_said([program, "--version"], system_environment()))):
            found[name] = version
    return found


def _of_engine(address: EngineAddress) -> dict[str, str]:
    """The versions of an engine that runs, as it tells them; what it does not tell is left out."""
    found: dict[str, str] = {}
    env = address.environment(os.environ)
    with suppress(EngineError, msgspec.DecodeError):
        if address.host.startswith("unix://"):
            found |= _components(get(address.host, "/version"))
        elif told := _said([address.docker, "version", "--format", "{{json .Server}}"], env):
            found |= _components(msgspec.json.decode(told))
    docker = address.buildx
    if version := _version(_said([*docker, "version"], env)):
        found["buildx"] = version
    inspected = _said([*docker, "inspect", "default"], env)
    if told_version := re.search(r"^BuildKit version:\s*(\S+)", inspected, re.MULTILINE):
        found["buildkit"] = told_version[1].removeprefix("v")
    # Some packages of Docker are built without the version of their BuildKit.
    return {name: version for name, version in found.items() if not version.startswith("0.0.0")}


def _components(told: Any) -> dict[str, str]:
    names = {"Engine": "engine", "containerd": "containerd", "runc": "runc"}
    found = {names[one["Name"]]: str(one["Version"]) for one in told.get("Components", ()) if one["Name"] in names}
    found = {name: _version(version) or version for name, version in found.items()}
    return {**found, "engine": str(told["Version"])} if told.get("Version") else found


def _said(command: list[str], env: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            command, env=dict(env), capture_output=True, text=True, errors="replace", timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _version(said: str) -> str:
    """The first thing in it that looks like a version; gVisor's is a date."""
    found = re.search(r"(?<![\w.])v?(\d+\.\d+[\w.+~-]*)|release-(\d{8}[.\d]*)", said)
    return (found[1] or found[2]) if found else ""


def _system() -> str:
    if platform.system() != "Linux":
        return f"{platform.system()} {platform.release()}"
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        return "Linux"


def _root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _cgroup(top: Path) -> str:
    """The version of the control groups that are mounted below `top`; nothing where there are none."""
    if (top / "cgroup.controllers").exists():
        return "2"
    return "1" if (top / "memory").is_dir() else ""


def _nearest(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
