"""Where Drydock keeps what it makes, and the address of an engine: two values, made once and passed on."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from grader.model.tier import Tier

PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


class Places(Struct, frozen=True, kw_only=True):
    """The two folders everything lies in: `data` lasts, `run` holds sockets and pid files and may vanish at a reboot.

    `debian` is the address of a Debian mirror, needed on a machine that is not Debian itself; empty there. `mirror` is
    the address of a mirror of Docker Hub, from which Drydock's own engine pulls; usually empty.
    """

    data: str
    run: str
    debian: str = ""
    mirror: str = ""

    @property
    def key(self) -> str:
        """Eight hexadecimal digits that are the data folder's own; names of bridges and cgroups are made of it."""
        return hashlib.sha256(os.path.realpath(self.data).encode()).hexdigest()[:8]

    @property
    def images(self) -> Path:
        """The folder of base images that were built, as archives."""
        return Path(self.data, "images")

    @property
    def variants(self) -> Path:
        """The folder of exercises with a learner's own values."""
        return Path(self.data, "variants")

    @property
    def apt(self) -> Path:
        """The folder of the private package lists."""
        return Path(self.data, "apt")

    def prefix(self, suite: str) -> Path:
        """The folder into which the packages of an engine are unpacked; `suite` as in `PrivateSpec`."""
        return Path(self.data, "packages", suite or "newest")

    def engine(self, name: str) -> Path:
        """The folder of what lasts of a private engine: images, log, configuration."""
        return Path(self.data, "engines", name)

    @property
    def sealed(self) -> Path:
        """The folder of the disks of throw-away engines; their templates lie in its folder `templates`."""
        return Path(self.data, "sealed")

    def running(self, name: str) -> Path:
        """The folder of what a private engine has while it runs: socket, pid file; short, as sockets have to be."""
        return Path(self.run, name)

    def lock(self, name: str) -> Path:
        """The file that is locked while `name` is being changed."""
        return Path(self.data, "locks", f"{name}.lock")

    @staticmethod
    def from_environment(env: Mapping[str, str]) -> "Places":
        """The places that `env` asks for: DRYDOCK_HOME, or else the user's data folder.

        DRYDOCK_DEBIAN is the address of a Debian mirror for machines that are not Debian, DRYDOCK_MIRROR that of a
        mirror of Docker Hub: a classroom's, for example.
        """
        home = env.get("DRYDOCK_HOME", "")
        if not home:
            from platformdirs import user_data_dir

            home = user_data_dir("drydock", appauthor=False)
        data = os.path.abspath(os.path.expanduser(home))  # noqa: PTH100, PTH111
        key = Places(data=data, run="").key
        above = "/run" if os.access("/run", os.W_OK) else env.get("XDG_RUNTIME_DIR", "/tmp")
        return Places(
            data=data,
            run=f"{above}/drydock-{key}",
            debian=env.get("DRYDOCK_DEBIAN", ""),
            mirror=env.get("DRYDOCK_MIRROR", ""),
        )


class Seal(Struct, frozen=True, kw_only=True):
    """What is known from outside of an engine that has limits: a sealed one, or one in a container.

    Of a sealed one: `network` is the path of its network namespace, `disk` a path at which its data folder can be seen,
    `cgroup` the name of its control groups, `runtime` the program that runs its build steps and containers. `room` is
    the folder of this machine in which the file of its disk lies. Of one in a container: the container's name, the
    engine `outer` that it runs in, and the file of its `events` (see `boxed.watch`). The rest are the limits of
    `sealed.bounds`.
    """

    network: str = ""
    disk: str = ""
    cgroup: str = ""
    container: str = ""
    outer: "EngineAddress | None" = None
    events: str = ""
    room: str = ""
    runtime: Literal["runc", "runsc"] = "runc"
    memory_bytes: int = 0
    disk_bytes: int = 0
    files: int = 0
    processes: int = 0


class EngineAddress(Struct, frozen=True, kw_only=True):
    """How to reach one engine.

    `host` is as in DOCKER_HOST; `docker` the path of the command-line client; `config` a folder for DOCKER_CONFIG, or
    empty when it is the user's own; `path` the PATH to use; `certificates` the folder of a TLS key, if any.
    `private` says whether the engine is Drydock's own, `name` how it is called among Drydock's own. `tier` is the
    isolation that it gives; the tier `hardened` has a `seal`. `disk` is a folder on the disk of its images, where it
    shares that disk with all else on this machine; empty where an engine of Drydock's own has one to itself, or where
    another's is not known.
    """

    host: str
    docker: str
    config: str = ""
    private: bool = False
    name: str = ""
    path: str = os.defpath
    certificates: str = ""
    tier: Tier = "trusted"
    seal: Seal | None = None
    disk: str = ""

    @property
    def buildx(self) -> tuple[str, ...]:
        """The beginning of a call of buildx: of the program itself where we know which one the client would call.

        The client would start it twice, first to ask what it is: 0.2 s of processor time at each build.
        """
        own = Path(self.config, "cli-plugins/docker-buildx")
        return (str(own),) if self.config and own.exists() else (self.docker, "buildx")

    def environment(self, env: Mapping[str, str]) -> dict[str, str]:
        """The whole environment for a Docker client: nothing of `env` but HOME, the locale, and the proxies."""
        kept = {key: env[key] for key in ("HOME", "LANG", "SSH_AUTH_SOCK", *PROXIES) if key in env}
        own = {"PATH": self.path, "DOCKER_HOST": self.host}
        if self.config:
            own["DOCKER_CONFIG"] = self.config
        elif "DOCKER_CONFIG" in env:
            own["DOCKER_CONFIG"] = env["DOCKER_CONFIG"]
        if self.certificates:
            own |= {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": self.certificates}
        return kept | own


class PrivateSpec(Struct, frozen=True, kw_only=True):
    """Which private engine: its name, its image store ("graph" or "containerd"), and the suite its packages are from.

    `suite` is empty for the newest that this machine can run. With `memory_bytes` its images lie in memory, at most so
    many bytes of them, and are gone when it stops; 0 is the disk of the data folder.
    """

    name: str = "main"
    store: Literal["graph", "containerd"] = "graph"
    suite: str = ""
    memory_bytes: int = 0


class EngineStatus(Struct, frozen=True, kw_only=True):
    """What is known of a private engine; `since` in seconds of the epoch, `disk_bytes` what its folder takes."""

    name: str
    running: bool
    pid: int = 0
    version: str = ""
    store: str = ""
    host: str = ""
    since: float = 0.0
    disk_bytes: int = 0
    images: int = 0
    log: str = ""
