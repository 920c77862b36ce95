"""The base images of the course: their names, what they are made of, and how to see that they are what they say."""

import difflib
import hashlib
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from grader.errors import UsageError

SUITE = "trixie"
# The day on which Debian 13 was released: no file of a base image built here is dated later, so that two are the same.
EPOCH = 1754697600
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Base(Struct, frozen=True, kw_only=True):
    """One base image.

    `name` and `also` are the names it has in the engine; `recipe` says how it is built where no registry answers, of
    `packages` of Debian's `SUITE`, `hooks` being shell commands for the new system's folder "$1". The rest is the
    image's configuration, `environment` as KEY=VALUE, with {NAME} for what `facts` found (NAME, and a line of Python
    for the new system). `proof` is a command run in the finished image, empty where it has no program; `says` is what
    its output, or else its os-release, holds. `seconds` is how long a build takes, about.
    """

    name: str
    also: tuple[str, ...] = ()
    about: str
    recipe: Literal["system", "busybox", "static"]
    packages: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    environment: tuple[str, ...] = (f"PATH={SYSTEM_PATH}",)
    command: tuple[str, ...] = ()
    user: str = ""
    folder: str = ""
    proof: tuple[str, ...] = ()
    says: str
    seconds: int

    @property
    def names(self) -> tuple[str, ...]:
        """All the names it has."""
        return (self.name, *self.also)

    @property
    def stem(self) -> str:
        """The image's name in characters that every file system takes."""
        return self.name.replace("/", "_").replace(":", "_")

    @property
    def made_by(self) -> str:
        """Twelve hexadecimal digits that change when the recipe does: this value, or a line of what carries it out."""
        code = hashlib.sha256(msgspec.json.encode(self))
        for name in ("archive.py", "system.py" if self.recipe == "system" else "small.py"):
            code.update(Path(__file__).with_name(name).read_bytes())
        return code.hexdigest()[:12]

    @property
    def file(self) -> str:
        """The name of its archive, which an archive of another recipe does not have."""
        return f"{self.stem}-{self.made_by}.tar.gz"


_PYTHON_HOOKS = (
    # Docker Hub's image has its Python below /usr/local; a virtual environment there gives the same paths.
    'chroot "$1" python3 -m venv --system-site-packages --without-scm-ignore-files /usr/local',
    'chroot "$1" sh -c "cd /usr/local/bin && rm -f activate* Activate*"',
    'rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED',
    'find "$1"/usr "$1"/root -name __pycache__ -type d -prune -exec rm -rf {} +',
)
_GO_USED = ("embed", "encoding/json", "flag", "fmt", "html/template", "log", "log/slog", "net/http", "os/signal")
_GO_PROGRAM = "package main; import (" + "; ".join(f'_ "{name}"' for name in _GO_USED) + "); func main() {}"
_GO_HOOKS = (
    'ln -s ../lib/go-1.24 "$1"/usr/local/go',
    'mkdir -p "$1"/go/src "$1"/go/bin && chmod -R 1777 "$1"/go',
    'rm -rf "$1"/usr/share/go-1.24/test "$1"/usr/share/go-1.24/api',
    # Compiling the standard library takes 14 s; it is done here once, not in each build that starts from the image.
    f'printf "%s" \'{_GO_PROGRAM}\' > "$1"/tmp/main.go',
    'chroot "$1" sh -c "cd /tmp && HOME=/root GOPATH=/go GOTOOLCHAIN=local go build -o /dev/null main.go; rm main.go"',
    # Each entry of the cache ends with the time it was made, in nanoseconds; a fixed one keeps the image the same.
    f'cd "$1"/root/.cache/go-build && sed -i "s/ [0-9]*$/ {EPOCH}000000000/" */*-a && rm -rf trim.txt testexpire.txt',
    'rm -rf "$1"/root/.config',
)
_STATIC = ("base-files", "netbase", "tzdata", "ca-certificates")
_STATIC_ENVIRONMENT = (f"PATH={SYSTEM_PATH}", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt")

CATALOG: tuple[Base, ...] = (
    Base(
        name="busybox:1.37",
        about="one static program of about 1 MB that is a shell and 250 commands",
        recipe="busybox",
        packages=("busybox-static",),
        command=("sh",),
        proof=("busybox", "--help"),
        says="BusyBox v1.37",
        seconds=3,
    ),
    Base(
        name="debian:trixie-slim",
        also=("debian:13-slim",),
        about="Debian 13 without manuals and translations",
        recipe="system",
        packages=("tzdata",),
        command=("bash",),
        proof=("cat", "/etc/debian_version"),
        says="13.",
        seconds=25,
    ),
    Base(
        name="python:3.13-slim-trixie",
        also=("python:3.13-slim",),
        about="Python 3.13 with pip on Debian 13",
        recipe="system",
        packages=("tzdata", "ca-certificates", "netbase", "python3", "python3-venv"),
        hooks=_PYTHON_HOOKS,
        facts=(("PYTHON_VERSION", 'import sys; print(".".join(map(str, sys.version_info[:3])))'),),
        environment=(f"PATH={SYSTEM_PATH}", "PYTHON_VERSION={PYTHON_VERSION}"),
        command=("python3",),
        proof=("python", "--version"),
        says="Python 3.13.",
        seconds=30,
    ),
    Base(
        name="golang:1.24-trixie",
        also=("golang:1.24",),
        about="the Go compiler 1.24 on Debian 13",
        recipe="system",
        packages=("tzdata", "ca-certificates", "netbase", "golang-go"),
        hooks=_GO_HOOKS,
        environment=(f"PATH=/go/bin:/usr/local/go/bin:{SYSTEM_PATH}", "GOTOOLCHAIN=local", "GOPATH=/go"),
        command=("bash",),
        folder="/go",
        proof=("go", "version"),
        says="go1.24",
        seconds=60,
    ),
    Base(
        name="gcr.io/distroless/static-debian13:nonroot",
        about="certificates, time zones and a user: for one static program",
        recipe="static",
        packages=_STATIC,
        environment=_STATIC_ENVIRONMENT,
        user="65532",
        folder="/home/nonroot",
        says="trixie",
        seconds=5,
    ),
    Base(
        name="gcr.io/distroless/static-debian13:latest",
        also=("gcr.io/distroless/static-debian13",),
        about="the same, run as root",
        recipe="static",
        packages=_STATIC,
        environment=_STATIC_ENVIRONMENT,
        user="0",
        folder="/",
        says="trixie",
        seconds=5,
    ),
)


def find(name: str) -> Base:
    """The base image called `name`, with or without "docker.io/library/" before it.

    Raises UsageError with the nearest name, and all there are, when there is none.
    """
    short = name.removeprefix("docker.io/").removeprefix("library/")
    known = {each: base for base in CATALOG for each in base.names}
    if short in known:
        return known[short]
    near = difflib.get_close_matches(short, list(known), n=1, cutoff=0.5)
    raise UsageError(
        f"'{name}' is not one of the course's base images" + (f"; did you mean '{near[0]}'?" if near else "."),
        f"There are: {', '.join(base.name for base in CATALOG)}.",
    )
