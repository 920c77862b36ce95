"""The events of a build folded into what the build view shows."""

from __future__ import annotations

from typing import Literal, TypedDict

import msgspec

from grader.model import (
    Build,
    BuildEvent,
    ContainerSeen,
    ContextSent,
    StepEnded,
    StepOutput,
    StepStarted,
)
from grader.model.reading import from_json

Status = Literal["running", "done", "failed", "cancelled"]

LOG_CHARACTERS = 6000


class Row(TypedDict):
    """One step as shown; times in seconds from the start of the build, `end` None while it runs."""

    id: str
    command: str
    stage: str
    start: float
    end: float | None
    took: float
    cached: bool
    error: str
    log: str
    container: str
    image: str
    removed: bool
    bytes: int | None


class Failed(TypedDict):
    """Why there is no image: what a person needs first."""

    message: str
    command: str
    line: int | None
    output: str


class State(TypedDict):
    """All that the view shows; plain values, so it can be sent as JSON."""

    command: str
    title: str
    builder: str
    status: Status
    seconds: float
    sent: int
    rows: list[Row]
    failure: Failed | None


class View:
    """Takes the events of one build in, and says at any moment what there is to show."""

    def __init__(self, command: str, title: str, builder: str) -> None:
        self._state: State = {
            "command": command,
            "title": title,
            "builder": builder,
            "status": "running",
            "seconds": 0.0,
            "sent": 0,
            "rows": [],
            "failure": None,
        }

    @property
    def command(self) -> str:
        """The command that the view is of."""
        return self._state["command"]

    def state(self) -> State:
        """A copy of what there is to show."""
        return from_json(msgspec.json.encode(self._state), State)

    def committed(self) -> set[str]:
        """The images that the classic builder has made of steps so far, none of its cache."""
        rows = self._state["rows"]
        return {row["image"] for row in rows if row["image"] and row["end"] is not None and not row["cached"]}

    def add(self, event: BuildEvent) -> None:
        """Take one event in."""
        state = self._state
        state["seconds"] = max(state["seconds"], event.seconds)
        if isinstance(event, ContextSent):
            state["sent"] = max(state["sent"], event.bytes)
        elif isinstance(event, StepStarted):
            row = self._row(event.id, event.seconds)
            row["command"], row["stage"] = event.command, event.stage
        elif isinstance(event, StepOutput):
            row = self._row(event.id, event.seconds)
            row["log"] = (row["log"] + event.text)[-LOG_CHARACTERS:]
        elif isinstance(event, StepEnded):
            row = self._row(event.id, event.seconds)
            row["end"], row["took"] = event.seconds, event.took
            row["cached"], row["error"] = event.cached, event.error
        elif isinstance(event, ContainerSeen):
            row = self._row(event.id, event.seconds)
            row["container"] = event.container or row["container"]
            row["image"] = event.image or row["image"]
            row["removed"] = event.removed or row["removed"]

    def finish(self, build: Build) -> None:
        """The build is over: its result completes what the events told."""
        state = self._state
        state["seconds"], state["sent"] = build.seconds, build.context_bytes
        left = list(build.steps)
        for row in state["rows"]:
            row["end"] = build.seconds if row["end"] is None else row["end"]
            same = next((s for s in left if (s.command, s.stage) == (row["command"], row["stage"])), None)
            if same is not None:
                left.remove(same)
                row["bytes"], row["cached"], row["took"] = same.bytes, same.cached, same.took
        state["status"] = "done"
        if build.failure is not None:
            why = build.failure
            state["status"] = "cancelled" if why.cause == "cancelled" else "failed"
            state["failure"] = {
                "message": why.message,
                "command": why.command,
                "line": why.line,
                "output": why.output[-LOG_CHARACTERS:],
            }

    def give_up(self, message: str) -> None:
        """The build could not be made at all: no engine, no folder."""
        self._state["status"] = "failed"
        self._state["failure"] = {"message": message, "command": "", "line": None, "output": ""}

    def _row(self, id: str, seconds: float) -> Row:
        for row in reversed(self._state["rows"]):
            if row["id"] == id:
                return row
        row = Row(
            id=id,
            command="",
            stage="",
            start=seconds,
            end=None,
            took=0.0,
            cached=False,
            error="",
            log="",
            container="",
            image="",
            removed=False,
            bytes=None,
        )
        self._state["rows"].append(row)
        return row
