"""Which limits of its engine a build has met, and what a person is told of each."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from msgspec import Struct

from grader.engine.places import EngineAddress, Seal
from grader.model.build import BuildFailure, FailureCause, Step


class Met(Struct, frozen=True, kw_only=True):
    """What happened during a build; times are in seconds from its begin, None where the limit was not met.

    `memory`: the kernel ended a process for want of memory. `processes`: no more of them could be started. `bytes` and
    `files`: the disk was full of them. `seal` has the limits.
    """

    memory: float | None = None
    processes: float | None = None
    bytes: float | None = None
    files: float | None = None
    seal: Seal | None = None

    def cause(self) -> FailureCause | None:
        """The limit that explains most, where one was met."""
        if self.memory is not None:
            return "memory"
        if self.bytes is not None or self.files is not None:
            return "disk"
        return "processes" if self.processes is not None else None

    def words(self) -> str:
        """What the build did, with the limit: a phrase that follows the name of a command."""
        if self.seal is None:
            return ""
        if self.memory is not None:
            return f"used more than the {self.seal.memory_bytes / 1e6:,.0f} MB of memory that a build has"
        if self.files is not None:
            return f"made more than the {self.seal.files:,} files that a build may"
        if self.bytes is not None:
            return f"wrote more than the {self.seal.disk_bytes / 1e6:,.0f} MB of disk that a build has"
        return f"started more than the {self.seal.processes:,} processes that a build may have at a time"

    def hidden(self, steps: Sequence[Step]) -> BuildFailure | None:
        """The failure of a build that ended well although a process of it was ended for want of memory, if so.

        In `head -c 1G /dev/zero | tail | wc -c` the one in the middle is ended and the command goes on; what is in the
        image then is not what the Dockerfile says.
        """
        if self.memory is None:
            return None
        step = at(steps, self.memory)
        where = f"Line {step.line}: " if step and step.line else ""
        who = f"a program of the command '{_first_line(step.command)}'" if step else "A program of the build"
        return BuildFailure(
            cause="memory",
            message=f"{where}{who} was ended because the build {self.words()}. The command went on without it.",
            line=step.line if step else None,
            command=step.command if step else "",
            output=step.output[-2000:] if step else "",
        )


NOTHING = Met()


class Watching(Protocol):
    """Something that is watched while a `with` block runs, and then says what was met."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def met(self) -> Met:
        """What was seen."""


class _Unwatched:
    """An engine whose limits cannot be seen from outside."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def met(self) -> Met:
        """Nothing."""
        return NOTHING


def watched(address: EngineAddress) -> Watching:
    """The engine at `address`, watched where it is sealed."""
    if address.seal is None:
        return _Unwatched()
    if address.seal.container:
        from grader.engine.boxed.watch import Watch as Boxed

        return Boxed(address.seal)
    from grader.engine.sealed.watch import Watch

    return Watch(address.seal)


def at(steps: Sequence[Step], seconds: float) -> Step | None:
    """The step that ran then, the longest where several did; else the last one that had begun."""
    ran = [step for step in steps if not step.cached and step.began <= seconds + 0.2]
    during = [step for step in ran if seconds <= step.began + step.took + 0.2]
    if during:
        return max(during, key=lambda step: step.took)
    return max(ran, key=lambda step: step.began) if ran else None


def _first_line(command: str) -> str:
    text = command.splitlines()[0] if command else "?"
    return text if len(text) <= 120 else text[:117] + "…"
