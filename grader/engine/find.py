"""Which engine to use: the one that the user names, else the one of the current context, else Drydock's own.

A DOCKER_HOST or DOCKER_CONTEXT in the environment was set on purpose: when it does not answer, that is an error, and
no other engine is used in its place. A context that is merely the current one, or the default socket, is passed over
with a message when its engine does not answer or is too old, and Drydock's own engine is used where there can be one.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from grader.engine.distribution import how_to_install
from grader.engine.ping import checked_version
from grader.engine.places import EngineAddress, Places, PrivateSpec
from grader.errors import EngineError, NoEngineError
from grader.model.reading import from_json

DEFAULT_SOCKET = "/var/run/docker.sock"


class Named(Struct, frozen=True, kw_only=True):
    """An engine that the user's settings name: `by` which setting, `sure` whether it was set on purpose."""

    host: str
    by: str
    sure: bool
    certificates: str = ""


class _Config(Struct):
    current: str = msgspec.field(name="currentContext", default="")


class _Endpoint(Struct):
    host: str = msgspec.field(name="Host", default="")


class _Context(Struct):
    name: str = msgspec.field(name="Name", default="")
    endpoints: dict[str, _Endpoint] = msgspec.field(name="Endpoints", default_factory=dict)


def find_or_start(places: Places, env: Mapping[str, str], say: Callable[[str], None]) -> EngineAddress:
    """The address of the engine to use, which answers and is new enough; Drydock's own is provided and started.

    Raises EngineError when the engine that `env` names does not answer or is too old; NoEngineError with the one line
    to run when there is none and none can be provided.
    """
    named = named_engine(env)
    if named and (own := own_name(places, named.host)):
        from grader.engine.private import spec_of, start

        return start(places, spec_of(places, own), say)
    if named:
        address = _address(named, env)
        try:
            checked_version(address, env)
        except EngineError as error:
            if named.sure:
                raise type(error)(f"{error.what} It is named by {named.by}.", error.do or _unset(named)) from error
            say(f"{error.what} ({named.by}); trying Drydock's own engine.")
            return _own(places, say, error)
        if not address.docker:
            raise NoEngineError(
                f"The engine at {named.host} answers, but there is no docker program.", how_to_install()
            )
        return address
    return _own(places, say, None)


def running_engine(places: Places, env: Mapping[str, str]) -> EngineAddress | None:
    """The engine that `find_or_start` would use where it runs already; nothing is started, None where there is none."""
    from grader.engine.private import spec_of, start, status

    with suppress(EngineError):
        named = named_engine(env)
        own = own_name(places, named.host) if named else "main"
        if named and not own:
            address = _address(named, env)
            checked_version(address, env)
            return address
        if status(places, own).running:
            return start(places, spec_of(places, own), lambda _: None)
    return None


def named_engine(env: Mapping[str, str], default: str = DEFAULT_SOCKET) -> Named | None:
    """The engine of DOCKER_HOST, of the context, or of the `default` socket if there is one; nothing is asked of it.

    Raises EngineError when DOCKER_CONTEXT names a context that does not exist.
    """
    if host := env.get("DOCKER_HOST", ""):
        certificates = env.get("DOCKER_CERT_PATH", "") if env.get("DOCKER_TLS_VERIFY") else ""
        return Named(host=host, by=f"DOCKER_HOST={host}", sure=True, certificates=certificates)
    folder = Path(env.get("DOCKER_CONFIG") or Path(env.get("HOME", "/"), ".docker"))
    chosen = env.get("DOCKER_CONTEXT", "")
    name = chosen or _current_context(folder)
    if name and name != "default":
        found = _context(folder, name)
        by = f"DOCKER_CONTEXT={name}" if chosen else f"the current docker context '{name}'"
        if found:
            return Named(host=found[0], by=by, sure=bool(chosen), certificates=found[1])
        if chosen:
            raise EngineError(f"There is no docker context '{name}', which DOCKER_CONTEXT names.", "docker context ls")
    if sys.platform == "win32":
        return Named(host="npipe:////./pipe/docker_engine", by="the default pipe", sure=False)
    if Path(default).exists():
        return Named(host=f"unix://{default}", by="the default socket", sure=False)
    return None


def own_name(places: Places, host: str) -> str:
    """The name of Drydock's own engine whose address `host` is, running or not; empty where it is another's.

    `./drydock lab` names Drydock's own engine in DOCKER_HOST, so that `docker` in a notebook reaches it.
    """
    socket = Path(host.removeprefix("unix://"))
    return socket.parent.name if socket.parent.parent == Path(places.run) else ""


def _current_context(folder: Path) -> str:
    with suppress(OSError, msgspec.DecodeError):
        return from_json((folder / "config.json").read_bytes(), _Config).current
    return ""


def _context(folder: Path, name: str) -> tuple[str, str] | None:
    """The host and the folder of certificates of a context; a context's folder is the SHA-256 of its name."""
    key = hashlib.sha256(name.encode()).hexdigest()
    with suppress(OSError, msgspec.DecodeError):
        raw = (folder / "contexts/meta" / key / "meta.json").read_bytes()
        endpoint = from_json(raw, _Context).endpoints.get("docker", _Endpoint())
        certificates = folder / "contexts/tls" / key / "docker"
        if endpoint.host:
            return endpoint.host, str(certificates) if certificates.is_dir() else ""
    return None


def _address(named: Named, env: Mapping[str, str]) -> EngineAddress:
    path = env.get("PATH", os.defpath)
    return EngineAddress(
        host=named.host,
        docker=shutil.which("docker", path=path) or "",
        path=path,
        certificates=named.certificates,
        name=named.by,
    )


def _own(places: Places, say: Callable[[str], None], before: EngineError | None) -> EngineAddress:
    if sys.platform == "linux" and os.geteuid() == 0:
        from grader.engine.private import start

        return start(places, PrivateSpec(), say)
    if before:
        raise before
    raise NoEngineError("There is no Docker engine here, and Drydock's own needs Linux and root.", how_to_install())


def _unset(named: Named) -> str:
    return f"Start that engine, or unset {named.by.partition('=')[0]}."
