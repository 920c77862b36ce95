"""Which distribution this machine is, and where its packages come from."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from grader.engine.run import output, system_environment
from grader.errors import NoEngineError

INSTALL = {
    "debian": "sudo apt-get install docker.io",
    "ubuntu": "sudo apt-get install docker.io docker-buildx",
    "fedora": "sudo dnf install moby-engine docker-buildx && sudo systemctl start docker",
    "arch": "sudo pacman -S docker docker-buildx && sudo systemctl start docker",
    "alpine": "sudo apk add docker docker-cli-buildx && sudo service docker start",
    "suse": "sudo zypper install docker docker-buildx && sudo systemctl start docker",
    "darwin": "Install Docker Desktop, start it, and try again.",
    "older": "Run the same command as root: Drydock then provides an engine (this release's own is too old).",
    "": "Install Docker Engine 26 or newer, start it, and try again.",
}
# Releases of Debian whose own Docker Engine is older than what the course is tested with.
OLDER = ("bullseye", "bookworm")
# Newer suites whose packages of Docker run on older releases; the newest comes last.
NEWER = ("trixie", "sid")
_FORMAT = "$(SITE)|$(RELEASE)|$(CODENAME)|$(COMPONENT)|$(ORIGIN)|$(CREATED_BY)"


class Distribution(Struct, frozen=True, kw_only=True):
    """A Debian or Ubuntu with its archive: `mirror` an address, `suites` those to look in, the machine's own first."""

    id: str
    name: str
    codename: str
    mirror: str
    keyring: str
    suites: tuple[str, ...]
    components: str

    @property
    def own_suites(self) -> tuple[str, ...]:
        """Those of `suites` that are of the machine's own release."""
        return tuple(suite for suite in self.suites if suite.startswith(self.codename))

    def source_lines(self) -> str:
        """The text of a sources.list that holds all of `suites`."""
        signed = f"[signed-by={self.keyring}] " if self.keyring else ""
        return "".join(f"deb {signed}{self.mirror} {suite} {self.components}\n" for suite in self.suites)


def family(release: Mapping[str, str], system: str = "linux") -> str:
    """A key of INSTALL for this os-release and this value of sys.platform; empty when it is none of them."""
    if system == "darwin":
        return "darwin"
    names = [release.get("ID", ""), *release.get("ID_LIKE", "").split()]
    known = {"opensuse": "suse", "sles": "suse", "rhel": "fedora", "centos": "fedora"}
    return next((found for name in names if (found := known.get(name, name)) in INSTALL), "")


def how_to_install(release: Mapping[str, str] | None = None, system: str | None = None) -> str:
    """The one line that gives this machine an engine."""
    import sys

    found = os_release() if release is None else release
    kind = family(found, system or sys.platform)
    return INSTALL["older" if kind == "debian" and found.get("VERSION_CODENAME") in OLDER else kind]


def os_release(root: Path = Path("/")) -> dict[str, str]:
    """The keys of os-release(5) under `root`; empty when there is no such file."""
    for name in ("etc/os-release", "usr/lib/os-release"):
        try:
            lines = (root / name).read_text("utf-8").splitlines()
        except OSError:
            continue
        pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
        return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}
    return {}


def find_distribution(root: Path = Path("/"), env: Mapping[str, str] | None = None) -> Distribution:
    """The distribution of the machine whose files are under `root`.

    Raises NoEngineError with what to do when it is neither Debian nor Ubuntu, or when no archive is configured.
    """
    release = os_release(root)
    kind = family(release, os.uname().sysname.lower())
    if kind not in ("debian", "ubuntu"):
        raise NoEngineError(
            "There is no Docker engine, and Drydock can provide one on Debian and Ubuntu only.", INSTALL[kind]
        )
    codename = release.get("UBUNTU_CODENAME", "") if kind == "ubuntu" else ""
    codename = codename or release.get("VERSION_CODENAME", "") or "sid"
    mirror = _mirror_of_apt(kind, codename, env) or mirror_of_files(root / "etc/apt", kind, codename)
    if not mirror:
        raise NoEngineError(
            f"No package archive of {release.get('PRETTY_NAME', kind)} is configured in {root / 'etc/apt'}.",
            f"Add the entry for '{codename} main' there, or install an engine: {INSTALL[kind]}",
        )
    keyring = root / f"usr/share/keyrings/{kind}-archive-keyring.gpg"
    return Distribution(
        id=kind,
        name=kind.capitalize(),
        codename=codename,
        mirror=mirror,
        keyring=str(keyring) if keyring.exists() else "",
        suites=suites(kind, codename),
        components="main" if kind == "debian" else "main universe",
    )


def suites(kind: str, codename: str) -> tuple[str, ...]:
    """The suites to look in on a machine of that release: its own first."""
    if kind == "ubuntu":
        return (codename, f"{codename}-updates")
    if codename == "sid":
        return ("sid",)
    newer = NEWER[NEWER.index(codename) + 1 :] if codename in NEWER else NEWER
    return (codename, f"{codename}-updates", *newer)


def _mirror_of_apt(kind: str, codename: str, env: Mapping[str, str] | None) -> str:
    """The archive's address as apt knows it from the last update; empty when it never ran."""
    text = output(
        ["apt-get", "indextargets", "--format", _FORMAT],
        env=system_environment(env),
        seconds=60,
        failure=NoEngineError,
        what="The package archives of this machine cannot be listed",
        do=f"Install an engine: {INSTALL[kind]}",
    )
    for line in text.splitlines():
        site, suite, name, component, origin, created_by = (line.split("|") + [""] * 6)[:6]
        own = codename in (suite, name) and component == "main" and created_by == "Packages"
        if own and origin.lower() == kind and suite in (codename, "stable", "oldstable", "testing", "unstable"):
            return site.rstrip("/")
    return ""


def mirror_of_files(folder: Path, kind: str, codename: str) -> str:
    """The archive's address as the files of sources.list(5) in `folder` have it; empty when none fits.

    Other people's archives use the same suite names, so an entry signed by the distribution's own keyring is preferred,
    then one whose address ends as the distribution's does.
    """
    entries: list[tuple[str, str]] = []
    for path in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]:
        if path.suffix not in (".list", ".sources") or not path.is_file():
            continue
        text = path.read_text("utf-8", errors="replace")
        entries += _stanzas(text, codename) if re.search(r"(?im)^types:", text) else _lines(text, codename)
    usable = [entry for entry in entries if not entry[0].startswith("cdrom:")]
    usable.sort(key=lambda entry: (f"{kind}-archive" not in entry[1], not entry[0].rstrip("/").endswith(f"/{kind}")))
    return usable[0][0].rstrip("/") if usable else ""


def _lines(text: str, codename: str) -> list[tuple[str, str]]:
    pattern = re.compile(r"^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$", re.MULTILINE)
    rows = pattern.findall(text)
    return [(uri, options) for options, uri, suite, parts in rows if suite == codename and "main" in parts.split()]


def _stanzas(text: str, codename: str) -> list[tuple[str, str]]:
    found = []
    for stanza in re.split(r"\n\s*\n", re.sub(r"(?m)^#.*\n?", "", text)):
        keys = {key.lower(): value for key, value in re.findall(r"(?m)^([\w-]+):[ \t]*(.*(?:\n[ \t]+.*)*)", stanza)}
        wanted = (("types", "deb"), ("suites", codename), ("components", "main"))
        if keys.get("enabled", "yes").strip() != "no" and all(
            word in keys.get(key, "").split() for key, word in wanted
        ):
            found += [(uri, keys.get("signed-by", "")) for uri in keys.get("uris", "").split()]
    return found
