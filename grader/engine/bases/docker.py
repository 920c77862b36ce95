"""The few things that base images need of an engine, asked through its socket or else through the docker program."""

import json
import os
import re
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import IO
from urllib.parse import quote

from grader.engine.ping import get
from grader.engine.places import EngineAddress
from grader.engine.run import output, tail
from grader.errors import BaseImageError, MachineError, UsageError

# Where the engine is asked without starting a program, which would take a hundred times as long.
SOCKET = "unix://"
ANSWER_SECONDS = 5.0
PULL_SECONDS = 900.0


def docker(engine: EngineAddress, *arguments: str, seconds: float = 120, what: str = "docker failed") -> str:
    """What `docker ARGUMENTS` prints. Raises BaseImageError with what it said when it fails."""
    env = engine.environment(os.environ)
    return output([engine.docker, *arguments], env=env, seconds=seconds, failure=BaseImageError, what=what)


def image_sizes(engine: EngineAddress, names: Sequence[str]) -> dict[str, int]:
    """Those of `names` that the engine holds, and their sizes in bytes."""
    found = {}
    for name in names:
        with suppress(MachineError):
            if engine.host.startswith(SOCKET):
                found[name] = int(get(engine.host, f"/images/{quote(name)}/json", 20)["Size"])
            else:
                found[name] = int(docker(engine, "image", "inspect", "--format", "{{.Size}}", name, seconds=20))
    return found


def first_row(engine: EngineAddress, name: str) -> str:
    """The command of the oldest row of an image's history."""
    if engine.host.startswith(SOCKET):
        rows = get(engine.host, f"/images/{quote(name)}/history", 20)
        return str(rows[-1]["CreatedBy"]) if rows else ""
    lines = docker(engine, "history", "--no-trunc", "--format", "{{json .}}", name, seconds=20).splitlines()
    return str(json.loads(lines[-1])["CreatedBy"]) if lines else ""


def pull(engine: EngineAddress, name: str) -> str:
    """Pull the image `name`; returns "" when it is there, "silent" when no registry answers, else what docker said.

    A registry that says nothing within ANSWER_SECONDS counts as not there.
    """
    child = subprocess.Popen(
        [engine.docker, "pull", name],
        env=engine.environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert child.stdout is not None
    said: list[bytes] = []
    spoke = threading.Event()

    def listen(stream: IO[bytes]) -> None:
        for line in stream:
            said.append(line)
            spoke.set()
        spoke.set()

    listener = threading.Thread(target=listen, args=(child.stdout,), daemon=True)
    listener.start()
    try:
        if not spoke.wait(ANSWER_SECONDS):
            return "silent"
        try:
            status = child.wait(PULL_SECONDS)
        except subprocess.TimeoutExpired:
            return f"it took more than {PULL_SECONDS:.0f} s"
        listener.join(2)
        text = b"".join(said).decode("utf-8", errors="replace")
        return "" if status == 0 else _reason(text)
    finally:
        child.kill()
        child.wait()
        listener.join(2)
        child.stdout.close()


def checked_name(name: str) -> str:
    """`name` if it can be the name of an image; raises UsageError when it cannot."""
    if not re.fullmatch(r"[a-z0-9][\w.\-/:@]{0,254}", name):
        raise UsageError(f"'{name}' is not the name of an image.")
    return name


def _reason(text: str) -> str:
    away = (
        "no such host",
        "connection refused",
        "i/o timeout",
        "Client.Timeout",
        "network is unreachable",
        "TLS handshake",
    )
    return (
        "silent"
        if any(word in text for word in (*away, "server misbehaving", "no route to host", "EOF"))
        else tail(text, 1)
    )
