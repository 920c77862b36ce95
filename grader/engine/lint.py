"""BuildKit's build checks without a build: `docker buildx build --call=check`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import msgspec

from grader.engine.buildkit import Request, arguments, environment
from grader.engine.follow import follow
from grader.engine.places import EngineAddress
from grader.errors import EngineError
from grader.model.reading import from_value
from grader.model.remark import Remark

OUTPUT_BYTES = 4_000_000


class _Start(msgspec.Struct, frozen=True):
    line: int = 0


class _Range(msgspec.Struct, frozen=True):
    start: _Start = _Start()


class _Location(msgspec.Struct, frozen=True):
    ranges: tuple[_Range, ...] | None = None


class _Warning(msgspec.Struct, frozen=True):
    rule: str = msgspec.field(name="ruleName", default="")
    detail: str = ""
    location: _Location = _Location()


class _Stopped(msgspec.Struct, frozen=True):
    message: str = ""


class _Answer(msgspec.Struct, frozen=True):
    warnings: tuple[_Warning, ...] | None = None
    error: _Stopped | None = msgspec.field(name="buildError", default=None)


def build_checks(address: EngineAddress, request: Request) -> tuple[Remark, ...]:
    """What BuildKit's checks remark on the Dockerfile of `request`, in its own order; nothing is built.

    Raises EngineError where the client is too old, the engine does not answer or takes too long, or
    the Dockerfile has something that cannot be built.
    """
    pieces: list[bytes] = []

    def take(piece: bytes) -> bool:
        pieces.append(piece)
        return sum(map(len, pieces)) <= OUTPUT_BYTES

    with tempfile.TemporaryDirectory(prefix="drydock-checks-") as temporary:
        folder = Path(temporary)
        command = [*address.buildx, *arguments(request, folder, "--progress=quiet", "--call=check,format=json")]
        env = environment(address, request, folder)
        try:
            ended, _ = follow(command, env=env, folder=folder, seconds=request.seconds, take=take)
        except OSError as error:
            raise EngineError(f"the Docker client {command[0]} cannot be run: {error.strerror}") from error
    if ended != "exited":
        raise EngineError(f"its checks were not over after {request.seconds:.0f} s")
    answer = _answer(b"".join(pieces))
    if answer.error is not None:
        raise EngineError(f"its checks stopped: {answer.error.message.strip()[:300]}")
    return tuple(map(_remark, answer.warnings or ()))


def _answer(printed: bytes) -> _Answer:
    """The object that was printed; the client's last words may follow it."""
    text = printed.decode("utf-8", errors="replace")
    try:
        value, _ = json.JSONDecoder().raw_decode(text, max(text.find("{"), 0))
        return from_value(value, _Answer)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise EngineError("its checks gave no answer that can be read") from error


def _remark(said: _Warning) -> Remark:
    line = said.location.ranges[0].start.line if said.location.ranges else 0
    return Remark(source="buildkit", rule=said.rule, text=said.detail, line=line or None)
