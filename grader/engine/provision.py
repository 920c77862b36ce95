"""The programs of a Docker engine from the distribution's packages, in a folder of Drydock's own."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.engine.distribution import INSTALL, Distribution, find_distribution
from grader.engine.lock import locked
from grader.engine.packages import (
    ENGINE,
    NEEDED,
    Archive,
    Package,
    Say,
    choose,
    finish,
    libc_version,
    manifest_of,
    unpack,
)
from grader.engine.places import Places, PrivateSpec
from grader.engine.run import need_room, output, system_environment
from grader.errors import MachineError, NoEngineError

# What an engine takes while it is fetched: lists 60 MB, packages 80 MB, programs 330 MB.
ROOM = 500_000_000


def provide(places: Places, spec: PrivateSpec, say: Say) -> Path:
    """The folder that holds the engine's programs; fetched and unpacked when it is not there yet, else without network.

    Raises NoEngineError with what to do where none can be provided, DiskFullError when no space is left.
    """
    prefix = places.prefix(spec.suite)
    if manifest_of(prefix):
        return prefix
    with locked(places.lock("packages"), "fetching Docker Engine's packages", say):
        if manifest_of(prefix):
            return prefix
        source = find_distribution()
        if spec.suite and spec.suite not in source.suites:
            raise NoEngineError(
                f"There is no suite '{spec.suite}' for {source.name} {source.codename}.",
                f"There are: {', '.join(source.suites)}.",
            )
        need_room(prefix, ROOM)
        archive = Archive(source=source, folder=places.apt / "-".join(source.suites))
        archive.update(say)
        chosen = _choice(archive, spec.suite)
        version = next(package.version for package in chosen if package.name == "docker.io")
        size = sum(package.size for package in chosen) / 1e6
        say(f"Fetching Docker Engine {_short(version)} from {source.name}'s packages ({size:.0f} MB, about 10 s) …")
        with _partial(prefix) as partial:
            _fetch(archive, chosen, partial)
            chosen += _libraries(archive, chosen, partial)
            _complete(source, partial)
            finish(partial, prefix, {package.name: package.version for package in chosen})
        archive.clear()
    return prefix


def provide_tools(places: Places, key: str, source: Distribution, wanted: Mapping[str, str], say: Say) -> Path:
    """The folder `key` with the packages of `wanted` (name to suite), unpacked; fetched when it is not there yet.

    Raises MachineError when a package is not to be had, DiskFullError when no space is left.
    """
    prefix = places.prefix(key)
    if manifest_of(prefix):
        return prefix
    with locked(places.lock("packages"), f"fetching {', '.join(wanted)}", say):
        if manifest_of(prefix):
            return prefix
        archive = Archive(source=source, folder=places.apt / "-".join(source.suites), failure=MachineError)
        archive.update(say)
        versions = archive.versions(tuple(wanted))
        chosen = []
        for name, suite in wanted.items():
            fitting = [package for package in versions[name] if suite in package.suites]
            if not fitting:
                raise MachineError(f"{source.mirror} has no package {name} in {suite}.")
            chosen.append(fitting[0])
        say(f"Fetching {', '.join(wanted)} ({sum(package.size for package in chosen) / 1e6:.1f} MB) …")
        with _partial(prefix) as partial:
            _fetch(archive, chosen, partial)
            finish(partial, prefix, {package.name: package.version for package in chosen})
        archive.clear()
        say(f"{', '.join(wanted)}: ready.")
    return prefix


def library_environment(prefix: Path) -> dict[str, str]:
    """Where the programs in `prefix` find the shared libraries and modules that the machine lacks."""
    places = {f"{prefix}/lib-missing": "LD_LIBRARY_PATH"}
    places |= {str(folder): "XTABLES_LIBDIR" for folder in prefix.glob("usr/lib/*/xtables")}
    return {name: folder for folder, name in places.items() if Path(folder).is_dir()}


def programs_path(prefix: Path, env: Mapping[str, str] | None = None) -> str:
    """A PATH with the programs of `prefix` before the system's."""
    return f"{prefix}/usr/bin:{prefix}/usr/sbin:{prefix}/usr/libexec/docker:{system_environment(env)['PATH']}"


def _choice(archive: Archive, suite: str) -> list[Package]:
    source = archive.source
    chosen = choose(archive.versions(ENGINE), suite=suite, own=source.own_suites, libc=libc_version())
    if "docker.io" not in [package.name for package in chosen]:
        libc = ".".join(map(str, libc_version())) or "none"
        raise NoEngineError(
            f"{source.name}'s packages hold no Docker Engine 26 to 28 that runs here ({source.codename}, libc {libc}).",
            f"Install an engine: {INSTALL['']}",
        )
    return chosen


def _fetch(archive: Archive, packages: list[Package], partial: Path) -> None:
    debs = partial / "debs"
    try:
        archive.download(packages, debs)
    except MachineError:
        archive.update(lambda _: None, force=True)
        archive.download(packages, debs)
    unpack(debs, partial)
    shutil.rmtree(debs)


@contextmanager
def _partial(prefix: Path) -> Iterator[Path]:
    """An empty folder to make `prefix` in, which is gone afterwards however that ended."""
    folder = prefix.with_name(f"{prefix.name}.partial")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _missing_libraries(prefix: Path) -> list[str]:
    """The shared libraries that the engine's programs need and this machine has not."""
    names = (*NEEDED, "xtables-nft-multi", "xtables-legacy-multi")
    programs = [path for name in names if (path := _program(prefix, name))]
    return sorted(set(re.findall(r"(\S+) => not found", linked(prefix, programs))))


def linked(prefix: Path, programs: Iterable[Path]) -> str:
    """What `ldd` says of `programs` in `prefix`: the shared libraries that they need, and where each is found."""
    return output(
        ["sh", "-c", 'for f; do ldd "$f" 2>/dev/null; done; true', "sh", *programs],
        env=system_environment() | library_environment(prefix),
        seconds=60,
        failure=NoEngineError,
        what="The libraries of Docker Engine cannot be looked up",
    )


def _libraries(archive: Archive, packages: list[Package], prefix: Path) -> list[Package]:
    """Put the shared libraries that this machine lacks into `prefix`; returns their packages."""
    added: dict[str, Package] = {}
    asked = list(packages)
    for _ in range(4):
        if not _missing_libraries(prefix):
            break
        names = {name for package in asked for name in re.findall(r"\blib[\w.+-]+", package.depends)}
        names -= {"libc6", *added}
        found = archive.versions(sorted(names))
        own = archive.source.own_suites
        asked = choose(found, suite=own[0], own=own, libc=libc_version())
        if not asked:
            break
        _fetch(archive, asked, prefix)
        added |= {package.name: package for package in asked}
        _link_missing(prefix)
    if missing := _missing_libraries(prefix):
        raise NoEngineError(
            f"Docker Engine's packages need shared libraries that were not found: {', '.join(missing)}.",
            f"Install an engine: {INSTALL[archive.source.id]}",
        )
    return list(added.values())


def _link_missing(prefix: Path) -> None:
    """Make the libraries in `prefix` that the machine lacks visible, and no other."""
    folder = prefix / "lib-missing"
    folder.mkdir(exist_ok=True)
    there = {path.name: path for path in [*prefix.glob("lib/*/*.so*"), *prefix.glob("usr/lib/*/*.so*")]}
    while wanted := [name for name in _missing_libraries(prefix) if name in there and not (folder / name).is_symlink()]:
        for name in wanted:
            (folder / name).symlink_to(os.path.relpath(there[name], folder))


def _complete(source: Distribution, prefix: Path) -> None:
    missing = [name for name in NEEDED if not _program(prefix, name)]
    if missing:
        raise NoEngineError(
            f"{source.name}'s packages of Docker Engine lack {', '.join(missing)}.",
            f"Install an engine: {INSTALL[source.id]}",
        )
    init = prefix / "usr/bin/docker-init"
    if not init.exists() and (tini := _program(prefix, "tini-static")):
        init.symlink_to(tini.name)
    _choose_iptables(prefix)


def _choose_iptables(prefix: Path) -> None:
    """Make `iptables` the one of the two kinds that this kernel takes; containers find each other by name through it.

    Its rules are made in the containers' network namespaces only.
    """
    iptables = prefix / "usr/sbin/iptables"
    if iptables.exists() or not (prefix / "usr/sbin/xtables-nft-multi").exists():
        return
    env = system_environment() | library_environment(prefix)
    for kind in ("nft", "legacy"):
        program = prefix / f"usr/sbin/iptables-{kind}"
        with suppress(NoEngineError):
            output(
                ["unshare", "--net", program, "-t", "nat", "-S"],
                env=env,
                seconds=20,
                failure=NoEngineError,
                what="iptables",
            )
            iptables.symlink_to(program.name)
            return


def _program(prefix: Path, name: str) -> Path | None:
    folders = (prefix / "usr/bin", prefix / "usr/sbin", prefix / "usr/libexec/docker")
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def _short(version: str) -> str:
    return re.split(r"[+~-]", version)[0]
