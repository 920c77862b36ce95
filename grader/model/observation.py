"""Everything that was seen of one submission: facts, no opinions; JSON, so it can be judged again without an engine."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import msgspec

from grader.model.build import Build
from grader.model.dockerfile import Dockerfile
from grader.model.image import Image
from grader.model.probe import AnyProbe, AnySeen
from grader.model.question import Probe
from grader.model.remark import Remarks
from grader.model.tier import Tier

SeenT = TypeVar("SeenT")

OBSERVATION_SCHEMA = "drydock.observation/1"


class NotObserved(LookupError):  # noqa: N818 - not a fault, an answer that is missing
    """A check asked for what was not observed; `machine` says whether the machine was at fault."""

    def __init__(self, cause: str, *, machine: bool) -> None:
        super().__init__(cause)
        self.cause = cause
        self.machine = machine


class Probed(msgspec.Struct, frozen=True, kw_only=True):
    """A question with its answer, or with the fault that kept it unanswered; `machine`: it was the machine's."""

    probe: AnyProbe
    seen: AnySeen | None = None
    fault: str = ""
    machine: bool = False


class EngineFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The engine that built: its version, its image store (graph driver or containerd), whether it is Drydock's own."""

    version: str
    store: str
    private: bool


class ArchiveFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The archive that was handed in, as a file: its bytes, and whether all of it is compressed with gzip."""

    bytes: int
    compressed: bool


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was handed in beside the answers; `digests` are those of its bytes, and without a last line end."""

    text: str
    digests: tuple[str, ...]


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """All facts about one submission to one exercise.

    `given` names the exercise's own files that were laid under it, `base_layers` is how many of the image's layers, the
    lowest, are the base image's, `seconds` says how long each stage took. Of an exercise that asks for an image archive
    there is no Dockerfile and no build, but the facts of the `archive`; of one that asks for answers there are only the
    `answers` and what is `attached` to them. `refusal` says why an archive is not one image, why the image
    that was built is more than can be looked at, or why the answers cannot be read.
    """

    exercise: str
    submission: str
    schema: str = OBSERVATION_SCHEMA
    given: tuple[str, ...] = ()
    dockerfile: Dockerfile | None = None
    unparsed: tuple[str, ...] = ()
    syntax_error: str = ""
    syntax_line: int = 0
    archive: ArchiveFacts | None = None
    refusal: str = ""
    answers: dict[str, Any] | None = None
    attached: dict[str, Attached] = msgspec.field(default_factory=dict)
    build: Build | None = None
    image: Image | None = None
    base_layers: int = 0
    probed: tuple[Probed, ...] = ()
    remarks: Remarks = Remarks()
    engine: EngineFacts | None = None
    tier: Tier = "trusted"
    fault: str = ""
    seconds: dict[str, float] = msgspec.field(default_factory=dict)

    def of(self, probe: Probe[SeenT]) -> SeenT:
        """What was seen when `probe` was done; raises NotObserved where there is no answer."""
        for probed in self.probed:
            if probed.probe == probe:
                if probed.seen is None:
                    raise NotObserved(probed.fault, machine=probed.machine)
                return cast("SeenT", probed.seen)
        if self.fault or self.refusal:
            raise NotObserved(self.fault or self.refusal, machine=bool(self.fault))
        raise NotObserved(
            f"{type(probe).__name__} was not observed: the exercise asked for less then; grade it again", machine=True
        )

    @property
    def text(self) -> Dockerfile:
        """The parsed Dockerfile; raises NotObserved where it does not parse."""
        if self.dockerfile is None:
            raise NotObserved(self.syntax_error or "the Dockerfile was not parsed", machine=False)
        return self.dockerfile

    @property
    def built(self) -> Image:
        """The image; raises NotObserved where there is none."""
        if self.image is None:
            raise NotObserved(self.fault or self.refusal or "there is no image", machine=bool(self.fault))
        return self.image

    @property
    def answered(self) -> dict[str, Any]:
        """The answers by the name of their question; raises NotObserved where there are none."""
        if self.answers is None:
            raise NotObserved(self.fault or self.refusal or "there are no answers", machine=bool(self.fault))
        return self.answers
