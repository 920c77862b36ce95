"""Why a container did not start: what the image is to blame for is told from a fault of the machine."""

from __future__ import annotations

from typing import Any

import pytest
from requests import Response

from grader.engine.containers import _start
from grader.errors import EngineError, UsageError


class Refusing:
    """A client whose engine cannot start a container, and says so."""

    def __init__(self, said: str) -> None:
        self._said = said

    def start(self, _: str) -> None:
        from docker.errors import APIError

        answer = Response()
        answer.status_code = 500
        raise APIError("500", response=answer, explanation=self._said)


RUNC = (
    "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: "
)
RUNSC = "OCI runtime start failed: starting container: starting root container: starting sandbox: "


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            f'{RUNC}unable to start container process: exec: "/x": stat /x: no such file or directory: unknown',
            'could not be started: "/x": stat /x: no such file or directory.',
        ),
        ("unable to find user nobody7: no matching entries in passwd file", "unable to find user nobody7"),
        (
            f'{RUNC}unable to start container process: exec: "/EOF": stat /EOF: no such file or directory: unknown',
            'could not be started: "/EOF": stat /EOF: no such file or directory.',
        ),
        (
            f'{RUNC}unable to start container process: exec: ": EOF": executable file not found in $PATH: unknown',
            'could not be started: ": EOF": executable file not found in $PATH.',
        ),
        (
            f"{RUNSC}creating process: failed to load /e: exec format error: unknown",
            "could not be started: failed to load /e: exec format error.",
        ),
        (f"{RUNSC}creating process: failed to load /e: permission denied", "failed to load /e: permission denied"),
        (
            f"{RUNSC}creating process: failed to load /e: too many symbolic links encountered",
            "failed to load /e: too many symbolic links encountered.",
        ),
        (
            "failed to create task for container: OCI runtime create failed: runc create failed: unable to start "
            'container process: error during container init: error mounting "/x/containers/1/hosts" to rootfs at '
            '"/etc/hosts": mount /x/containers/1/hosts:/etc/hosts (via /proc/self/fd/6): not a directory: unknown',
            "could not be started: what every container gets cannot be mounted at /etc/hosts.",
        ),
    ],
)
def test_the_image_is_to_blame(said: str, why: str) -> None:
    client: Any = Refusing(said)
    with pytest.raises(UsageError) as failed:
        _start(client, "id")
    assert why in failed.value.what


@pytest.mark.parametrize(
    "said",
    [
        f"{RUNSC}creating loader: cannot allocate memory",
        f"{RUNSC}creating process: failed to load /e: input/output error",
        "failed to create endpoint: no available address",
        "",
        "OCI runtime create failed: creating container: cannot create sandbox: cannot read client sync file: waiting "
        "for sandbox to start: EOF: unknown",
        "OCI runtime create failed: creating container: cannot create gofer process: permission denied: unknown",
        f"{RUNC}unable to start container process: can't get final child's PID from pipe: EOF: unknown",
        f"{RUNC}unable to start container process: waiting for init preliminary setup: read init-p: connection reset "
        "by peer: unknown",
        f"{RUNC}unable to start container process: can't copy bootstrap data to pipe: write init-p: broken pipe",
        f"{RUNC}unable to start container process: error during container init: fork/exec /proc/self/exe: resource "
        "temporarily unavailable: unknown",
        f"{RUNC}unable to start container process: container init was OOM-killed (memory limit too low?): unknown",
    ],
)
def test_the_machine_is_to_blame(said: str) -> None:
    client: Any = Refusing(said)
    with pytest.raises(EngineError):
        _start(client, "id")
