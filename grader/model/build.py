"""A build as values: the events while it runs, and what it came to."""

from __future__ import annotations

from typing import Literal

import msgspec

Builder = Literal["buildkit", "classic"]

FailureCause = Literal[
    "step",
    "base_image",
    "context",
    "syntax",
    "not_permitted",
    "time",
    "memory",
    "processes",
    "disk",
    "output",
    "cancelled",
]


class StepStarted(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A step begins; `seconds` counts from the start of the build, as in every event.

    `number` of `total` is its place as the builder counts (see Step).
    """

    id: str
    command: str
    seconds: float
    stage: str = ""
    number: int = 0
    total: int = 0


class StepOutput(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Text that a step printed, undecodable bytes shown as escapes."""

    id: str
    text: str
    seconds: float


class StepEnded(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A step is over; `took` is its own time in seconds, `error` is empty when it went well."""

    id: str
    seconds: float
    took: float
    cached: bool
    error: str = ""


class ContextSent(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Bytes of the build context that the client has sent so far (only what the builder did not have yet)."""

    bytes: int
    seconds: float


class ContainerSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The classic builder's temporary container, or the image it committed, of the step `id`."""

    id: str
    container: str = ""
    image: str = ""
    removed: bool = False
    seconds: float = 0.0


class BuildRemark(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What the builder itself remarks on the Dockerfile (BuildKit's build checks)."""

    text: str
    line: int | None
    seconds: float


BuildEvent = StepStarted | StepOutput | StepEnded | ContextSent | ContainerSeen | BuildRemark


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One instruction that was built, in the order of the Dockerfile.

    `command` is the instruction as the builder names it (`RUN pip install …`), `line` its first line in the Dockerfile,
    `began` how many seconds after the build did, `took` its seconds, `bytes` what its layer holds (None: it made no
    layer, or that is not known), `output` the end of what it printed. FROM is not a step. `number` of `total` is its
    place as the builder counts: BuildKit within the stage, FROM first, only what makes a layer; the classic builder
    over the whole Dockerfile, every instruction.
    """

    command: str
    stage: str = ""
    line: int | None = None
    cached: bool = False
    began: float = 0.0
    took: float = 0.0
    bytes: int | None = None
    output: str = ""
    error: str = ""
    number: int = 0
    total: int = 0


PRINTED_LAST = " It printed last: "


class BuildFailure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a build failed: `cause` sorts it, `message` is for a person, `output` is the end of the failed step's own."""

    cause: FailureCause
    message: str
    line: int | None = None
    command: str = ""
    exit_code: int | None = None
    output: str = ""

    @property
    def headline(self) -> str:
        """The message without the line, and without what `output` ends with."""
        return self.message.removeprefix(f"Line {self.line}: ").split(PRINTED_LAST)[0]


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """What a build came to: the image's id (empty when it failed), its steps, seconds and the context bytes sent."""

    builder: Builder
    image: str = ""
    steps: tuple[Step, ...] = ()
    seconds: float = 0.0
    context_bytes: int = 0
    remarks: tuple[BuildRemark, ...] = ()
    failure: BuildFailure | None = None

    @property
    def ok(self) -> bool:
        """Whether there is an image."""
        return self.failure is None

    @property
    def ran(self) -> tuple[Step, ...]:
        """The steps that were not taken from the cache."""
        return tuple(step for step in self.steps if not step.cached)


class MissCause(msgspec.Struct, frozen=True, kw_only=True):
    """Why a step did not come from the cache, as far as what two builds were given tells it.

    A `text` that is another stands in the instruction of the `line`, which comes before the step or is it. The others
    are of a file of the build context, `path`, that the step takes: modes are permission bits.
    """

    kind: Literal["text", "added", "gone", "contents", "mode"]
    path: str = ""
    line: int | None = None
    text: str = ""
    mode: int = 0
    mode_before: int = 0
