"""Base images with a package manager: a whole small Debian, made by mmdebstrap in a folder of Drydock's own."""

import os
import shutil
import sys
from pathlib import Path

from grader.engine.bases.catalog import EPOCH, SUITE, Base
from grader.engine.distribution import Distribution, find_distribution
from grader.engine.packages import Say
from grader.engine.places import Places
from grader.engine.provision import provide_tools
from grader.engine.run import output, system_environment
from grader.errors import BaseImageError, MachineError

BUILD_SECONDS = 1800.0
_LEFT_OUT = ("doc/*", "man/*", "locale/*", "info/*", "lintian/*", "bash-completion/*")
_CLEAN = 'cd "$1/var" && rm -rf lib/apt/lists/* cache/apt/* log/* cache/debconf/*-old lib/dpkg/*-old cache/ldconfig/*'
_MODULES = ("English", "Pod::Usage", "File::Temp", "Math::BigInt", "Text::ParseWords", "Digest::SHA", "Time::HiRes")


def debian(places: Places) -> Distribution:
    """Debian's archive: the machine's own on Debian, else the one of DRYDOCK_DEBIAN.

    Raises BaseImageError when neither is known.
    """
    try:
        own = find_distribution()
    except MachineError as error:
        raise BaseImageError(f"Base images can be built on Debian and Ubuntu only. {error.what}") from error
    if own.id != "debian" and not places.debian:
        raise BaseImageError(
            "No mirror of Debian is known on this machine, and base images are built from Debian's packages.",
            "Set DRYDOCK_DEBIAN to the address of a Debian mirror, or load a bundle: drydock images load FILE",
        )
    keyring = own.keyring
    if own.id != "debian" or not keyring:
        wanted = {"debian-archive-keyring": own.codename}
        prefix = provide_tools(places, "keyring", own, wanted, lambda _: None)
        keyring = str(prefix / "usr/share/keyrings/debian-archive-keyring.gpg")
    return Distribution(
        id="debian",
        name="Debian",
        codename=SUITE,
        mirror=places.debian or own.mirror,
        keyring=keyring,
        suites=(SUITE,),
        components="main",
    )


def write_system(places: Places, base: Base, work: Path, layer: Path, say: Say) -> dict[str, str]:
    """Write the layer of `base` to `layer`, using the folder `work`; returns what the base's `facts` found.

    Raises BaseImageError with what mmdebstrap said, DiskFullError when no space is left.
    """
    source = debian(places)
    tools = provide_tools(places, "mmdebstrap", source, {"mmdebstrap": SUITE}, say)
    env = _environment(places, tools, work)
    found = {name: work / f"fact-{name}" for name, _ in base.facts}
    hooks = [*base.hooks, *(_fact(question, found[name]) for name, question in base.facts), _CLEAN]
    command = [
        *(
            "setpriv",
            "--pdeathsig",
            "KILL",
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "mmdebstrap",
        ),
        *("--variant=minbase", "--mode=root", "--format=tar", "--quiet", f"--keyring={source.keyring}"),
        *(f"--dpkgopt=path-exclude=/usr/share/{path}" for path in _LEFT_OUT),
        "--dpkgopt=path-include=/usr/share/doc/*/copyright",
        f"--include={','.join(base.packages)}",
        *(f"--customize-hook={hook}" for hook in hooks),
        # apt would make lists/partial anew, for a user that depends on whether it can reach this folder.
        "--skip=cleanup/apt",
        SUITE,
        str(layer),
        f"deb [signed-by={source.keyring}] {source.mirror} {SUITE} main",
    ]
    output(
        command,
        env=env,
        seconds=BUILD_SECONDS,
        failure=BaseImageError,
        what=f"{base.name} cannot be built",
        do="Check the network, or load a bundle: drydock images load FILE",
        cwd=work,
    )
    return {name: path.read_text("utf-8").strip() for name, path in found.items()}


def _fact(question: str, answer: Path) -> str:
    return f"chroot \"$1\" python3 -c '{question}' > '{answer}'"


def _environment(places: Places, tools: Path, work: Path) -> dict[str, str]:
    """For mmdebstrap: its programs, a Perl with all that it uses, a Python, and the folder for its files."""
    env = system_environment()
    path = f"{tools}/usr/bin:{env['PATH']}"
    if not shutil.which("python3", path=env["PATH"]):
        (work / "bin").mkdir(exist_ok=True)
        (work / "bin/python3").symlink_to(sys.executable)
        path += f":{work}/bin"
    perl = _perl(places, env)
    return env | perl | {"PATH": path, "TMPDIR": str(work), "SOURCE_DATE_EPOCH": str(EPOCH)}


def _perl(places: Places, env: dict[str, str]) -> dict[str, str]:
    """Where Perl finds its modules: nowhere else where they are installed, else in packages of the same version."""
    use = [f"-M{module}" for module in _MODULES]
    failure = BaseImageError
    try:
        output(["perl", *use, "-e", "1"], env=env, seconds=20, failure=failure, what="Perl lacks modules")
        return {}
    except BaseImageError:
        text = output(
            ["perl", "-e", 'printf "%vd", $^V'], env=env, seconds=20, failure=failure, what="There is no Perl"
        )
    version = ".".join(text.split(".")[:2])
    own = find_distribution()
    wanted = {f"perl-modules-{version}": own.codename, f"libperl{version}": own.codename}
    prefix = provide_tools(places, f"perl-{version}", own, wanted, lambda _: None)
    folders = [*prefix.glob(f"usr/share/perl/{version}*"), *prefix.glob(f"usr/lib/*/perl/{version}*")]
    return {"PERL5LIB": os.pathsep.join(str(folder) for folder in folders if folder.is_dir())}
