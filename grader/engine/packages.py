"""The distribution's packages, fetched with lists of Drydock's own and unpacked into a folder of its own.

Nothing of the machine's package state is read or written but the address of its archive and its proxy settings.
"""

import functools
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from grader.engine.distribution import INSTALL, Distribution
from grader.engine.run import need_room, output, room_in, system_environment
from grader.errors import MachineError, NoEngineError
from grader.model.reading import from_json

Say = Callable[[str], None]

TESTED_ENGINES = range(26, 29)
ENGINE = ("docker.io", "docker-cli", "docker-buildx", "containerd", "runc", "tini-static", "tini", "iptables")
# What has to be of the machine's own release, as it comes with libraries of the very same version.
OWN = ("iptables",)
NEEDED = ("dockerd", "docker", "containerd", "containerd-shim-runc-v2", "runc")
FRESH = 24 * 3600.0


class Package(Struct, frozen=True, kw_only=True):
    """One version of a package; `size` in bytes, `suites` those that hold it, `libc` the version it needs at least."""

    name: str
    version: str
    size: int
    depends: str = ""
    suites: tuple[str, ...] = ()

    @property
    def libc(self) -> tuple[int, ...]:
        """What `Depends: libc6 (>= …)` asks for, as numbers; empty when it asks for nothing."""
        found = re.search(r"\blibc6 \(>= ([\d.]+)", self.depends)
        return numbers(found[1]) if found else ()

    @property
    def major(self) -> int:
        """The first number of the version, the epoch left aside."""
        return int(re.sub(r"^\d+:", "", self.version).partition(".")[0])


class Archive(Struct, frozen=True, kw_only=True):
    """The packages of `source`; `folder` holds the lists of this archive and nothing else."""

    source: Distribution
    folder: Path
    failure: type[MachineError] = NoEngineError

    def update(self, say: Say, *, force: bool = False) -> None:
        """Fetch the package lists unless those here are less than a day old.

        Raises `failure` with what apt said when the archive does not answer.
        """
        stamp = self.folder / "updated"
        text = self.source.source_lines()
        fresh = stamp.exists() and stamp.read_text("utf-8") == text and time.time() - stamp.stat().st_mtime < FRESH
        if fresh and not force:
            return
        say(f"Fetching the package lists of {self.source.name} ({', '.join(self.source.suites)}) …")
        with room_in(self.folder):
            for name in ("state/lists/partial", "cache/archives/partial", "parts"):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            (self.folder / "status").write_text("")
            (self.folder / "sources.list").write_text(text, "utf-8")
            stamp.unlink(missing_ok=True)
            self._configure()
            self._fetch_lists(say)
            stamp.write_text(text, "utf-8")

    def _fetch_lists(self, say: Say) -> None:
        """One try with all suites; one with lists past their date, which some mirrors have; one with the own suites."""
        update: tuple[str, ...] = ("apt-get", "-q", "-o", "APT::Update::Error-Mode=any", "update")
        try:
            self._apt(*update, seconds=180)
            return
        except self.failure as error:
            need_room(self.folder, 10_000_000)
            if "expired" in str(error):
                say("The mirror's lists are past their date; they are signed, so they are used as they are.")
                update = (*update[:-1], "-o", "Acquire::Check-Valid-Until=0", "update")
            else:
                own = msgspec.structs.replace(self.source, suites=self.source.own_suites)
                say(f"The mirror does not have all of them; going on with {', '.join(own.suites)}.")
                (self.folder / "sources.list").write_text(own.source_lines(), "utf-8")
        self._apt(*update, seconds=180)

    def versions(self, names: Sequence[str]) -> dict[str, list[Package]]:
        """All versions of each of `names`, the newest first; a name that is in no suite has an empty list."""
        shown = self._apt("apt-cache", "show", *names, seconds=60, strict=False)
        where = self._apt("apt-cache", "madison", *names, seconds=60, strict=False)
        return read_versions(names, shown, where)

    def download(self, packages: Iterable[Package], folder: Path) -> None:
        """Fetch `packages` into `folder`, checked against the signed lists.

        Raises `failure` with what apt said, DiskFullError when no space is left.
        """
        folder.mkdir(parents=True, exist_ok=True)
        wanted = [f"{package.name}={package.version}" for package in packages]
        with room_in(folder):
            self._apt("apt-get", "-q", "download", *wanted, seconds=540, cwd=folder)

    def clear(self) -> None:
        """Remove what apt made of the lists: 60 MB that it makes again in a second."""
        for path in (self.folder / "cache").glob("*.bin"):
            path.unlink()

    def _apt(self, program: str, *arguments: str, seconds: float, strict: bool = True, cwd: Path | None = None) -> str:
        return output(
            [program, *arguments],
            env=system_environment() | {"APT_CONFIG": str(self.folder / "apt.conf")},
            seconds=seconds,
            failure=self.failure if strict else _NothingFoundError,
            what=f"The packages of {self.source.name} cannot be fetched from {self.source.mirror}",
            do=f"Check the network, or install an engine: {INSTALL[self.source.id]}",
            cwd=cwd,
        )

    def _configure(self) -> None:
        """Write the apt.conf: this folder for everything, no hooks, and of the machine's own only how to fetch."""
        dump = output(
            ["apt-config", "dump"], env=system_environment(), seconds=60, failure=self.failure, what="apt-config dump"
        )
        own = {
            "Dir::Etc::main": "/dev/null",
            "Dir::Etc::parts": f"{self.folder}/parts",
            "Dir::Etc::sourcelist": f"{self.folder}/sources.list",
            "Dir::Etc::sourceparts": "-",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": f"{self.folder}/parts",
            "Dir::State": f"{self.folder}/state",
            "Dir::State::status": f"{self.folder}/status",
            "Dir::Cache": f"{self.folder}/cache",
            "APT::Sandbox::User": "root",
            "APT::Install-Recommends": "0",
            "Debug::NoLocking": "1",
            "Acquire::Languages": "none",
            "Acquire::PDiffs": "0",
            "Acquire::GzipIndexes": "1",
            "Acquire::Retries": "2",
            "Acquire::http::Timeout": "20",
        }
        fetching = [line for line in dump.splitlines() if line.startswith("Acquire::http") or "::Proxy" in line]
        text = "\n".join([*fetching, *(f'{key} "{value}";' for key, value in own.items())]) + "\n"
        path = self.folder / "apt.conf"
        path.touch(0o600)
        path.write_text(text, "utf-8")


class _NothingFoundError(MachineError):
    """apt-cache knows none of the names."""


def numbers(version: str) -> tuple[int, ...]:
    """The numbers of a dotted version."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def libc_version() -> tuple[int, ...]:
    """The version of this machine's C library; empty when it is not glibc."""
    try:
        return numbers(os.confstr("CS_GNU_LIBC_VERSION") or "")
    except (ValueError, AttributeError):
        return ()


def read_versions(names: Sequence[str], shown: str, madison: str) -> dict[str, list[Package]]:
    """The packages in the output of `apt-cache show` and `apt-cache madison`, the newest first."""
    suites: dict[tuple[str, str], list[str]] = {}
    for line in madison.splitlines():
        name, version, where = (part.strip() for part in line.split("|"))
        if where.endswith(" Packages"):
            suites.setdefault((name, version), []).append(where.split()[-3].partition("/")[0])
    found: dict[str, dict[str, Package]] = {name: {} for name in names}
    for stanza in shown.split("\n\n"):
        keys = dict(re.findall(r"(?m)^(Package|Version|Depends|Size): (.*)$", stanza))
        if keys.get("Package") not in found:
            continue
        name, version = keys["Package"], keys["Version"]
        found[name][version] = Package(
            name=name,
            version=version,
            size=int(keys.get("Size", "0")),
            depends=keys.get("Depends", ""),
            suites=tuple(suites.get((name, version), ())),
        )
    order = functools.cmp_to_key(_compared)
    return {name: sorted(all_.values(), key=lambda p: order(p.version), reverse=True) for name, all_ in found.items()}


def _compared(left: str, right: str) -> int:
    """How dpkg orders two versions (Debian policy 5.6.12)."""
    import subprocess

    if left == right:
        return 0
    return 1 if not subprocess.call(["dpkg", "--compare-versions", left, "gt", right]) else -1


def choose(
    versions: Mapping[str, Sequence[Package]], *, suite: str, own: Sequence[str], libc: tuple[int, ...]
) -> list[Package]:
    """For each package the newest version that this machine can run, from `suite` where one is asked for.

    A package of which `suite` has none that runs here comes from the machine's `own` suites. Docker Engine's major
    version has to be in TESTED_ENGINES. A name without a version is left out.
    """
    chosen = []
    for name, all_ in versions.items():
        fitting = [package for package in all_ if package.libc <= libc]
        if name == "docker.io":
            fitting = [package for package in fitting if package.major in TESTED_ENGINES]
        first = [package for package in fitting if not suite or suite in package.suites]
        second = [] if name == "docker.io" else [package for package in fitting if set(package.suites) & set(own)]
        chosen += (second if name in OWN else first or second)[:1]
    return chosen


def unpack(folder: Path, prefix: Path) -> None:
    """Unpack every package in `folder` into `prefix`, without running anything of theirs."""
    with room_in(prefix):
        for package in sorted(folder.glob("*.deb")):
            output(
                ["dpkg-deb", "-x", package, prefix],
                env=system_environment(),
                seconds=300,
                failure=NoEngineError,
                what=f"{package.name} cannot be unpacked",
            )


def finish(partial: Path, prefix: Path, manifest: Mapping[str, str]) -> None:
    """Make `partial` into `prefix`, whole or not at all; the manifest says which version of which package it holds."""
    with room_in(prefix):
        (partial / "manifest.json").write_bytes(
            msgspec.json.format(msgspec.json.encode(dict(sorted(manifest.items()))))
        )
        if prefix.exists():
            shutil.rmtree(prefix)
        partial.replace(prefix)


def manifest_of(prefix: Path) -> dict[str, str]:
    """The versions of the packages in `prefix`; empty when it is not there or not whole."""
    try:
        return from_json((prefix / "manifest.json").read_bytes(), dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}
