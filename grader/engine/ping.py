"""Does an engine answer, and which version is it: one small request, without the client library."""

import http.client
import json
import socket
import subprocess
from collections.abc import Mapping
from contextlib import closing, suppress
from typing import Any

from grader.engine.places import EngineAddress
from grader.engine.run import tail
from grader.errors import EngineError

# Docker 26: the oldest that the course is tested with. API versions are in the Engine API's version history.
OLDEST_API = (1, 45)
OLDEST_NAME = "Docker 26"


class _Connection(http.client.HTTPConnection):
    """HTTP through a Unix socket."""

    def __init__(self, path: str, seconds: float) -> None:
        super().__init__("localhost", timeout=seconds)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def get(host: str, path: str, seconds: float = 5) -> Any:
    """The engine's JSON answer to GET `path`, over the Unix socket `host`.

    Raises EngineError with the reason when there is none within `seconds`.
    """
    return json.loads(_request("GET", host, path, seconds) or b"null")


def post(host: str, path: str, seconds: float = 5) -> None:
    """Send an empty POST to `path`; raises as `get`."""
    _request("POST", host, path, seconds)


def _request(method: str, host: str, path: str, seconds: float) -> bytes:
    try:
        with closing(_Connection(host.removeprefix("unix://"), seconds)) as connection:
            connection.request(method, path)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status >= 300:
                raise EngineError(f"The engine at {host} answered {answer.status} to {path}.")
            return body
    except PermissionError as error:
        raise EngineError(
            f"You have no permission to use the engine at {host}.",
            "On Linux: sudo usermod -aG docker $USER, then log in again.",
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise EngineError(f"The engine at {host} does not answer: {_reason(error)}.") from error


def version(address: EngineAddress, env: Mapping[str, str], seconds: float = 10) -> dict[str, Any]:
    """The engine's version, as `GET /version` gives it.

    Raises EngineError when it does not answer within `seconds`.
    """
    found: Any = None
    if address.host.startswith("unix://"):
        with suppress(ValueError):
            found = get(address.host, "/version", seconds)
    else:
        found = _by_client(address, env, seconds)
    if not isinstance(found, dict) or "ApiVersion" not in found:
        raise EngineError(f"What answers at {address.host} is not a Docker engine.")
    return found


def checked_version(address: EngineAddress, env: Mapping[str, str], seconds: float = 10) -> dict[str, Any]:
    """As `version`; raises EngineError also when the engine is too old."""
    found = version(address, env, seconds)
    if tuple(int(part) for part in str(found["ApiVersion"]).split(".")) < OLDEST_API:
        raise EngineError(
            f"The engine at {address.host} is version {found.get('Version', 'unknown')}; "
            f"Drydock needs {OLDEST_NAME} or newer (API {'.'.join(map(str, OLDEST_API))}).",
            "Update that Docker, or let Drydock use another engine.",
        )
    return found


def _by_client(address: EngineAddress, env: Mapping[str, str], seconds: float) -> Any:
    try:
        done = subprocess.run(
            [address.docker, "version", "--format", "{{json .Server}}"],
            env=address.environment(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"The engine at {address.host} does not answer within {seconds:.0f} s.") from error
    except OSError as error:
        raise EngineError(f"The Docker client {address.docker or 'docker'} cannot be run: {error.strerror}.") from error
    with suppress(ValueError):
        if found := json.loads(done.stdout):
            return found
    said = tail(done.stderr.decode("utf-8", errors="replace"), 2)
    raise EngineError(f"The engine at {address.host} does not answer: {said}")


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long"
    return (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
