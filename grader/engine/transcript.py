"""What the classic builder says, as the same events and steps that BuildKit's stream gives."""

from __future__ import annotations

import re

import msgspec

from grader.engine.clip import Clip
from grader.model.build import BuildEvent, ContainerSeen, Step, StepEnded, StepOutput, StepStarted
from grader.model.dockerfile import Dockerfile

STEP = re.compile(r"Step (\d{1,9})/(\d{1,9}) : (.*)", re.DOTALL)
FROM = re.compile(r"FROM\s+(?:--\S+\s+)*\S+(?:\s+AS\s+(\S+))?\s*", re.IGNORECASE)
RUNNING = re.compile(r" ---> Running in ([0-9a-f]{12})\n")
REMOVED = re.compile(r" ?-{0,3}>? ?Removed intermediate container ([0-9a-f]{12})\n")
COMMITTED = re.compile(r" ---> ([0-9a-f]{12})\n")
COLOURED = re.compile(r"\x1b\[91m(.*)\x1b\[0m", re.DOTALL)


class _Doing:
    """The step that is being done."""

    def __init__(self, number: int, total: int, command: str, stage: str, seconds: float, kept: int) -> None:
        self.step = Step(command=command, stage=stage, number=number, total=total)
        self.began = seconds
        self.cached = False
        self.output = Clip(kept)
        self.is_from = FROM.fullmatch(command) is not None
        self.hidden = self.is_from


class Transcript:
    """Takes the objects of the classic builder's stream; `kept` as for Progress.

    `added` says whether the builder puts a LABEL of its own at the end, which is no step of the Dockerfile's.
    """

    def __init__(self, kept: int, *, added: bool = False) -> None:
        self._kept = kept
        self._added = added
        self._doing: _Doing | None = None
        self._stage = ""
        self._stages = 0
        self.done: list[Step] = []
        self.image = ""
        self.error = ""
        self.base = ""
        self.printed = 0
        self.containers: list[str] = []
        self.committed: list[str] = []

    def take(self, said: dict[str, object], seconds: float) -> list[BuildEvent]:
        """What `said` tells that is new, `seconds` after the build began."""
        if "error" in said:
            self.error = str(said["error"])
            if self._doing is not None and self._doing.is_from:
                self.base = self._doing.step.command.split()[1]
            return self._end(seconds, self.error)
        aux = said.get("aux")
        if isinstance(aux, dict) and "ID" in aux:
            self.image = str(aux["ID"])
        text = said.get("stream")
        return self._text(text, seconds) if isinstance(text, str) else []

    def end(self, seconds: float) -> list[BuildEvent]:
        """The stream is over."""
        return self._end(seconds, "")

    def steps(self, doing: bool = False) -> tuple[Step, ...]:
        """The steps that were done, in order; with `doing` the one that was being done as well."""
        steps = self.done + (
            [_finished(self._doing, 0.0, "")] if doing and self._doing and not self._doing.hidden else []
        )
        if self._stages > 1:
            steps = [step if step.stage else msgspec.structs.replace(step, stage="stage-0") for step in steps]
        return tuple(steps)

    def _text(self, text: str, seconds: float) -> list[BuildEvent]:
        if found := STEP.fullmatch(text):
            return self._begin(int(found[1]), int(found[2]), found[3].rstrip("\n"), seconds)
        doing = self._doing
        if doing is None or text == "\n":
            return []
        step = f"step-{doing.step.number}"
        if found := RUNNING.fullmatch(text):
            self.containers.append(found[1])
            return [] if doing.hidden else [ContainerSeen(id=step, container=found[1], seconds=seconds)]
        if found := REMOVED.fullmatch(text):
            return [] if doing.hidden else [ContainerSeen(id=step, container=found[1], removed=True, seconds=seconds)]
        if text == " ---> Using cache\n":
            doing.cached = True
            return []
        if found := COMMITTED.fullmatch(text):
            if not doing.is_from and not doing.cached:
                self.committed.append(found[1])
            seen = ContainerSeen(id=step, image=found[1], seconds=seconds)
            return [*([] if doing.hidden else [seen]), *self._end(seconds, "")]
        return self._output(doing, text, seconds)

    def _begin(self, number: int, total: int, command: str, seconds: float) -> list[BuildEvent]:
        events = self._end(seconds, "")
        if found := FROM.fullmatch(command):
            self._stage = (found[1] or "").lower() or (f"stage-{self._stages}" if self._stages else "")
            self._stages += 1
        hidden = not self._stages or (self._added and number == total)
        total -= self._added
        self._doing = _Doing(number, total, command, self._stage, seconds, self._kept)
        self._doing.hidden |= hidden
        if self._doing.hidden:
            return events
        started = StepStarted(
            id=f"step-{number}", command=command, seconds=seconds, stage=self._stage, number=number, total=total
        )
        return [*events, started]

    def _output(self, doing: _Doing, text: str, seconds: float) -> list[BuildEvent]:
        if found := COLOURED.fullmatch(text):
            text = found[1]
        self.printed += len(text)
        cut = doing.output.full
        doing.output.add(text)
        if cut or doing.hidden:
            return []
        if doing.output.full:
            text += f"\n… more than {self._kept:,} characters: the rest is not shown …\n"
        return [StepOutput(id=f"step-{doing.step.number}", text=text, seconds=seconds)]

    def _end(self, seconds: float, error: str) -> list[BuildEvent]:
        doing, self._doing = self._doing, None
        if doing is None or doing.hidden:
            return []
        step = _finished(doing, seconds - doing.began, error)
        self.done.append(step)
        took, cached = step.took, step.cached
        return [StepEnded(id=f"step-{step.number}", seconds=seconds, took=took, cached=cached, error=error)]


def _finished(doing: _Doing, took: float, error: str) -> Step:
    output = doing.output.text()
    return msgspec.structs.replace(
        doing.step, cached=doing.cached, began=doing.began, took=took, output=output, error=error
    )


def numbered_lines(steps: tuple[Step, ...], dockerfile: Dockerfile) -> tuple[Step, ...]:
    """The steps with their lines in `dockerfile`: the classic builder counts every instruction, ARG before FROM too."""
    instructions = dockerfile.instructions
    return tuple(
        msgspec.structs.replace(
            step, line=instructions[step.number - 1].start if 0 < step.number <= len(instructions) else None
        )
        for step in steps
    )
