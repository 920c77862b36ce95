"""What a container has printed, read once for both of its streams."""

from __future__ import annotations

import struct
from typing import Any

from grader.engine.clip import Clip
from grader.engine.images import opened
from grader.engine.rawjson import shown
from grader.errors import EngineError

_HEADER = struct.Struct(">BxxxL")
STDOUT, STDERR = 1, 2


def printed(api: Any, container: str, clips: dict[int, Clip]) -> None:
    """Add what it has printed so far to the clips, which are by stream; one clip may serve both.

    The engine sends pieces, each after 8 bytes: the number of its stream and its length. (A container with a terminal
    would send no such heads; none of ours has one.)
    """
    asked = {"stdout": int(STDOUT in clips), "stderr": int(STDERR in clips), "follow": 0, "tail": "all"}
    with opened(api, f"/containers/{container}/logs", asked) as stream:
        while head := stream.read(_HEADER.size):
            if len(head) < _HEADER.size:
                raise EngineError("The engine broke off while it told what the container has printed.")
            number, length = _HEADER.unpack(head)
            if number in clips:
                clips[number].add(shown(stream.read(length)))
            else:
                stream.read(length)
