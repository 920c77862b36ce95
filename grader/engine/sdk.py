"""The Docker SDK: imported late, because it is slow to; its errors turned into ours."""

from __future__ import annotations

import contextlib
import importlib
import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from grader.engine.places import EngineAddress
from grader.engine.room import Room
from grader.errors import EngineError, UsageError

if TYPE_CHECKING:
    from docker import APIClient


LOST = "The engine has lost a layer of the image."
"""How the message begins when an image's layer went while another image with the same layer was being removed; seen
with the containerd store of Docker Engine 26, when several archives were graded at the same time.
"""

_SNAPSHOT = re.compile(r"snapshot \S+ does not exist")


def connect(address: EngineAddress, seconds: float, kind: type[APIClient] | None = None) -> APIClient:
    """The SDK's low-level client for the engine at `address`; `seconds` bounds each wait for an answer.

    `kind` is a class of one's own to make it of. Raises EngineError when nothing answers.
    """
    from docker import APIClient
    from docker.tls import TLSConfig

    reach(address)
    tls: TLSConfig | bool = False
    if address.certificates:
        folder = address.certificates
        pair = (f"{folder}/cert.pem", f"{folder}/key.pem")
        tls = TLSConfig(client_cert=pair, ca_cert=f"{folder}/ca.pem", verify=True)
    with answers():
        api = (kind or APIClient)(
            base_url=address.host,
            version="auto",
            timeout=int(seconds) or 1,
            tls=tls,
            use_ssh_client=address.host.startswith("ssh://"),
        )
        # No proxy and no password lies before a socket of this machine: looking for them took 0.5 ms for each request.
        api.trust_env = not address.host.startswith("unix://")
        if address.config:
            api.reload_config(f"{address.config}/config.json")
    return api


def import_early() -> None:
    """Import the SDK on another thread, which takes about as long as a small build does."""
    if "docker" not in sys.modules:
        threading.Thread(target=importlib.import_module, args=("docker",)).start()


def reach(address: EngineAddress) -> None:
    """Raises EngineError when nobody listens at a socket on this machine; the SDK leaves its own socket open then."""
    path = address.host.removeprefix("unix://")
    if path == address.host:
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError as error:
            do = "Is it running? `./drydock engine status` tells more."
            raise EngineError(f"The engine at {address.host} does not answer: {error.strerror}.", do) from error


def close(stream: Any) -> None:
    """Close a stream of the SDK's, which by itself shuts its socket down but keeps it open."""
    with contextlib.suppress(Exception):
        stream.close()
    with contextlib.suppress(Exception):
        stream._response.close()


@contextmanager
def answers() -> Iterator[None]:
    """Turn the SDK's errors within the block into ours.

    EngineError: no answer, or an answer that tells of the engine's own fault; DiskFullError; UsageError: what was asked
    for is not there or cannot be done.
    """
    from docker.errors import APIError, DockerException
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except APIError as error:
        said = str(error.explanation or error).strip()
        if "no space left on device" in said.lower():
            raise Room().error(f"It said: {said}") from error
        if _SNAPSHOT.search(said):
            raise EngineError(f"{LOST} It said: {said}", "Try again.") from error
        if error.status_code is not None and error.status_code < 500:
            raise UsageError(f"The engine refused: {said}") from error
        raise EngineError(f"The engine failed: {said}") from error
    except (DockerException, RequestException, HTTPError, OSError, EOFError) as error:
        raise EngineError(
            f"The engine does not answer: {error}", "Is it running? `./drydock engine status` tells more."
        ) from error
