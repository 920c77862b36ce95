"""A command run inside a container, within bounds of time and of what it prints."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from grader.engine.clip import Clip
from grader.engine.follow import give, pump
from grader.engine.rawjson import shown
from grader.engine.sdk import answers, close


class Executed(msgspec.Struct, frozen=True, kw_only=True):
    """What a command inside a container came to; `exit_code` is None when it was still running at its time limit."""

    exit_code: int | None
    stdout: str = ""
    stderr: str = ""


def executed(api: Any, container: str, command: Sequence[str], user: str, seconds: float, limit: int) -> Executed:
    """What the command comes to within `seconds`, with at most `limit` characters of each of its outputs."""
    streams = (Clip(limit), Clip(limit))
    pieces: queue.Queue[bytes | None] = queue.Queue(maxsize=64)
    stop = threading.Event()
    with answers():
        made = api.exec_create(container, list(command), user=user)["Id"]
        output = api.exec_start(made, stream=True, demux=True)

    def read() -> None:
        with contextlib.suppress(Exception):
            for pair in output:
                for stream, piece in enumerate(pair):
                    if piece:
                        give(pieces, bytes([stream]) + piece, stop)
        give(pieces, None, stop)

    def take(piece: bytes) -> bool:
        streams[piece[0]].add(shown(piece[1:]))
        return True

    threading.Thread(target=read, daemon=True).start()
    try:
        pump(pieces, time.monotonic() + seconds, take, None)
    finally:
        stop.set()
        close(output)
    with answers():
        code = api.exec_inspect(made)["ExitCode"]
    return Executed(exit_code=code, stdout=streams[0].text(), stderr=streams[1].text())
