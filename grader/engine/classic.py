"""A build by the classic builder, through the Docker SDK: a container for each step, committed to an image."""

from __future__ import annotations

import contextlib
import queue
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from docker import APIClient
from docker.errors import APIError
from docker.types import CancellableStream

from grader.engine.buildkit import FLOOD, Request
from grader.engine.containers import remove
from grader.engine.failure import Said, ended_by_us, failure
from grader.engine.follow import Ended, give, pump
from grader.engine.images import name_and_tag
from grader.engine.places import EngineAddress
from grader.engine.room import room_of
from grader.engine.sdk import answers, close, connect
from grader.engine.transcript import Transcript, numbered_lines
from grader.errors import EngineError, MachineError, UsageError
from grader.model.build import Build, BuildEvent, BuildFailure, Step

SPARE = 30.0


class _Watched(APIClient):
    """Keeps the answer of the build, so that its connection can be closed while it is read: that ends the build."""

    answer: Any = None

    def _stream_helper(self, response: Any, decode: bool = False) -> Iterator[Any]:
        self.answer = response
        return super()._stream_helper(response, decode)  # type: ignore[misc,no-any-return]


def build(
    address: EngineAddress,
    request: Request,
    on_event: Callable[[BuildEvent], None] | None,
    cancel: threading.Event | None,
) -> Build:
    """Build with the classic builder; raises as BuildKit's build does, and UsageError for what only BuildKit can do.

    A build that fails leaves the images of its good steps as a cache, as Docker does; one that was ended leaves
    nothing.
    """
    if request.allowed_bases is not None or request.ulimits or request.secrets or request.unique:
        raise UsageError(
            "The classic builder knows neither allowed_bases, ulimits, secrets nor unique.", "Use BuildKit."
        )
    work = _Work(address, request, on_event)
    try:
        ended = work.run(cancel)
    except BaseException:
        work.stop(clean=True)
        raise
    work.stop(clean=ended != "exited")
    return work.result(ended)


class _Work:
    """One build: a thread reads the engine's stream, the caller's thread takes what it says."""

    def __init__(self, address: EngineAddress, request: Request, on_event: Callable[[BuildEvent], None] | None) -> None:
        self._address = address
        self._request = request
        self._on_event = on_event
        self._began = time.monotonic()
        self._transcript = Transcript(request.output_bytes, added=bool(request.labels))
        self._pieces: queue.Queue[bytes | None] = queue.Queue(maxsize=64)
        self._stop = threading.Event()
        self._fault: Exception | None = None
        self._api = connect(address, request.seconds + SPARE, _Watched)
        self._thread = threading.Thread(target=self._read, daemon=True)

    def run(self, cancel: threading.Event | None) -> Ended:
        """Build until it is over or has to be."""
        self._thread.start()
        return pump(self._pieces, self._began + self._request.seconds, self._take, cancel)

    def stop(self, *, clean: bool) -> None:
        """Close the connection, wait for the thread and, to be `clean`, remove what the build had made."""
        self._stop.set()
        self._close()
        self._thread.join(5.0)
        if clean:
            with contextlib.suppress(MachineError):
                _clean(self._address, self._transcript)
        self._api.close()

    def result(self, ended: Ended) -> Build:
        """What it came to."""
        self._tell(self._transcript.end(self._seconds()))
        steps = self._lined(self._transcript.steps())
        good = ended == "exited" and self._fault is None and not self._transcript.error and bool(self._transcript.image)
        return Build(
            builder="classic",
            image=self._transcript.image if good else "",
            steps=steps,
            seconds=self._seconds(),
            failure=None if good else self._failure(ended, steps),
        )

    def _failure(self, ended: Ended, steps: tuple[Step, ...]) -> BuildFailure:
        if ended != "exited":
            limit = FLOOD * self._request.output_bytes
            return ended_by_us(ended, seconds=self._request.seconds, characters=limit, steps=steps)
        message = self._transcript.error
        if isinstance(self._fault, APIError):
            message = str(self._fault.explanation or self._fault)
        elif self._fault is not None:
            raise EngineError(f"The engine stopped answering in the middle of a build: {self._fault}", "Try again.")
        step = steps[-1] if steps and steps[-1].error else None
        request = self._request
        said = Said(
            text=f"ERROR: {message or 'unexpected EOF'}",
            error=step.error if step else "",
            step=step,
            context=request.context,
            room=room_of(self._address),
            base=self._transcript.base,
            lines=request.lines,
        )
        return failure(said)

    def _lined(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return numbered_lines(steps, self._request.lines) if self._request.lines is not None else steps

    def _take(self, piece: bytes) -> bool:
        self._tell(self._transcript.take(msgspec.json.decode(piece), self._seconds()))
        return self._transcript.printed <= FLOOD * self._request.output_bytes

    def _tell(self, events: list[BuildEvent]) -> None:
        for event in events if self._on_event else ():
            self._on_event(event)  # type: ignore[misc]

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _read(self) -> None:
        request = self._request
        try:
            with tempfile.TemporaryDirectory(prefix="drydock-build-") as folder:
                stream = self._api.build(
                    path=str(request.context),
                    dockerfile=_dockerfile(request, Path(folder)),
                    tag=request.tags[0] if request.tags else None,
                    decode=True,
                    rm=True,
                    forcerm=True,
                    nocache=request.no_cache,
                    network_mode=request.network,
                    buildargs=dict(request.build_args),
                    labels=dict(request.labels),
                    target=request.target or None,
                    timeout=int(request.seconds + SPARE),
                )
            if self._stop.is_set():
                self._close()
            for said in stream:
                give(self._pieces, msgspec.json.encode(said), self._stop)
            for tag in request.tags[1:]:
                self._api.tag(self._transcript.image or request.tags[0], *name_and_tag(tag))
        except Exception as error:  # noqa: BLE001
            self._fault = error
        give(self._pieces, None, self._stop)

    def _close(self) -> None:
        answer = getattr(self._api, "answer", None)
        if answer is not None:
            close(CancellableStream(iter(()), answer))


def _dockerfile(request: Request, folder: Path) -> str:
    if isinstance(request.dockerfile, str):
        return request.dockerfile
    path = folder / "Dockerfile"
    path.write_bytes(request.dockerfile)
    return str(path)


def _clean(address: EngineAddress, transcript: Transcript) -> None:
    """Remove the containers and the images that an ended build leaves behind."""
    api = connect(address, SPARE)
    for container in transcript.containers:
        remove(api, container)
    for image in reversed(transcript.committed):
        with contextlib.suppress(UsageError), answers():
            api.remove_image(image)
    api.close()
