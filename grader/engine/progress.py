"""BuildKit's vertexes, merged by digest: the events of a build while it runs, its steps when it is over."""

from __future__ import annotations

import codecs
import re
from datetime import datetime

from grader.engine.clip import Clip
from grader.engine.rawjson import Frame, Log, Status, Vertex, Warned, shown, unpacked
from grader.model.build import BuildEvent, BuildRemark, ContextSent, Step, StepEnded, StepOutput, StepStarted

NAME = re.compile(r"\[(?:(?P<stage>[^\]]*?) )?(?P<number>\d{1,9})/(?P<total>\d{1,9})\] (?P<command>.*)", re.DOTALL)
STEPS = (["RUN"], ["COPY"], ["ADD"], ["WORKDIR"], ["ONBUILD"])
CANCELLED = re.compile(r"(context canceled(: )?)+")
CONTEXT = "[internal] load build context"


class _Work:
    """One digest: all that was said about it."""

    def __init__(self, vertex: Vertex, kept: int) -> None:
        found = NAME.fullmatch(vertex.name)
        words = [word for word in (found["stage"] or "").split() if "/" not in word] if found else []
        self.digest = vertex.digest
        self.name = vertex.name
        self.stage = words[-1] if words else ""
        self.number = int(found["number"]) if found else 0
        self.total = int(found["total"]) if found else 0
        self.command = found["command"] if found else ""
        self.is_step = self.command.split(maxsplit=1)[:1] in STEPS
        self.inputs: tuple[str, ...] = ()
        self.spans: dict[datetime, datetime] = {}
        self.started: datetime | None = None
        self.ended = False
        self.cached = False
        self.error = ""
        self.output = Clip(kept)
        self.decoder = codecs.getincrementaldecoder("utf-8")(errors="backslashreplace")

    @property
    def took(self) -> float:
        return sum(((end - start).total_seconds() for start, end in self.spans.items()), 0.0)


class Progress:
    """Takes frames, gives events, and knows at the end what the build came to.

    `kept` is how many characters are kept of each step's output, and sent as events of each step. Seconds count from
    the first time that the builder gave.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._work: dict[str, _Work] = {}
        self._began: datetime | None = None
        self._now = 0.0
        self._sent: dict[str, int] = {}
        self._text = Clip(max(kept, 65536))
        self.printed = 0
        self.remarks: list[BuildRemark] = []

    def take(self, item: Frame | str) -> list[BuildEvent]:
        """What `item` tells that is new."""
        if isinstance(item, str):
            self._text.add(item + "\n")
            return []
        events: list[BuildEvent] = []
        for vertex in item.vertexes or ():
            events += self._vertex(vertex)
        for status in item.statuses or ():
            events += self._status(status)
        for log in item.logs or ():
            events += self._log(log)
        for warned in item.warnings or ():
            events += self._remark(warned)
        return events

    @property
    def text(self) -> str:
        """What was printed between the objects: the builder's last words."""
        return self._text.text()

    @property
    def context_bytes(self) -> int:
        """Bytes of the build context that were sent."""
        return sum(self._sent.values())

    def failed(self) -> tuple[str, str, Step | None]:
        """What failed first: its name, its error and, if it is one, its step; empty texts when nothing is known."""
        for work in self._work.values():
            if work.error and not CANCELLED.fullmatch(work.error):
                return work.name, work.error, self._step(work, cached=False) if work.is_step else None
        return "", "", None

    def steps(self, whole: bool) -> tuple[Step, ...]:
        """The steps in the order of the Dockerfile: those that were begun, or, of a `whole` build, all.

        A vertex that a whole build never began was not needed: what stands on it came from the cache. The same holds
        for WORKDIR, whose own word BuildKit now and then forgets: it is cached as well when a step right on it is.
        Where two stages have the same beginning BuildKit does it once and names one of them.
        """
        works = [work for work in self._work.values() if work.is_step and (whole or work.started or work.cached)]
        below = {digest for work in works if work.cached for digest in work.inputs}
        order = self._stages(works)
        works.sort(key=lambda work: (order.index(work.stage), work.number))
        return tuple(self._step(work, cached=self._is_cached(work, below)) for work in works)

    def _step(self, work: _Work, *, cached: bool) -> Step:
        """The step that `work` is; older BuildKits count what ONBUILD adds, but leave it out of the total."""
        stage = [other for other in self._work.values() if other.is_step and other.stage == work.stage]
        return Step(
            command=work.command,
            stage=work.stage,
            number=work.number,
            total=max(max(other.number, other.total) for other in stage),
            cached=cached,
            began=self._since_start(work.started),
            took=work.took,
            output=work.output.text(),
            error=work.error,
        )

    def _stages(self, works: list[_Work]) -> list[str]:
        """The stages, each after those that it needs, else by their names."""
        needs: dict[str, set[str]] = {work.stage: set() for work in works}
        for work in works:
            above = {self._work[digest].stage for digest in work.inputs if digest in self._work}
            needs[work.stage] |= {stage for stage in above if stage in needs and stage != work.stage}
        order: list[str] = []
        while rest := sorted(set(needs) - set(order)):
            order.append(next((stage for stage in rest if needs[stage] <= set(order)), rest[0]))
        return order

    def _is_cached(self, work: _Work, below: set[str]) -> bool:
        workdir = work.command.upper().startswith("WORKDIR")
        return work.cached or work.started is None or (workdir and work.digest in below)

    def _vertex(self, vertex: Vertex) -> list[BuildEvent]:
        work = self._work.get(vertex.digest)
        if work is None:
            work = self._work[vertex.digest] = _Work(vertex, self._kept)
        work.inputs = vertex.inputs or work.inputs
        work.cached |= vertex.cached
        work.error = vertex.error or work.error
        events: list[BuildEvent] = []
        if vertex.started is not None:
            now = self._at(vertex.started)
            if work.started is None:
                work.started = vertex.started
                if work.is_step:
                    started = StepStarted(
                        id=work.digest,
                        command=work.command,
                        seconds=now,
                        stage=work.stage,
                        number=work.number,
                        total=work.total,
                    )
                    events.append(started)
            if vertex.completed is not None and _comparable(vertex.started, vertex.completed):
                work.spans[vertex.started] = vertex.completed
        if vertex.completed is not None and not work.ended:
            work.ended = True
            if work.is_step:
                ended = StepEnded(
                    id=work.digest,
                    seconds=self._at(vertex.completed),
                    took=work.took,
                    cached=work.cached,
                    error=work.error,
                )
                events.append(ended)
        return events

    def _status(self, status: Status) -> list[BuildEvent]:
        work = self._work.get(status.vertex)
        if work is None or work.name != CONTEXT or not status.id.startswith("transferring"):
            return []
        if status.current <= self._sent.get(status.vertex, 0):
            return []
        self._sent[status.vertex] = status.current
        return [ContextSent(bytes=self.context_bytes, seconds=self._at(status.timestamp))]

    def _log(self, log: Log) -> list[BuildEvent]:
        data = unpacked(log.data)
        self.printed += len(data)
        work = self._work.get(log.vertex)
        text = work.decoder.decode(data) if work is not None else ""
        if work is None or not text:
            return []
        cut = work.output.full
        work.output.add(text)
        if cut or not work.is_step:
            return []
        if work.output.full:
            text += f"\n… more than {self._kept:,} characters: the rest is not shown …\n"
        return [StepOutput(id=work.digest, text=text, seconds=self._at(log.timestamp))]

    def _remark(self, warned: Warned) -> list[BuildEvent]:
        line = warned.range[0].start.line if warned.range else 0
        text = re.sub(r" \(line \d+\)$", "", shown(unpacked(warned.short)))
        remark = BuildRemark(text=text, line=line or None, seconds=self._now)
        self.remarks.append(remark)
        return [remark]

    def _since_start(self, moment: datetime | None) -> float:
        if moment is None or self._began is None or not _comparable(self._began, moment):
            return 0.0
        return max((moment - self._began).total_seconds(), 0.0)

    def _at(self, moment: datetime | None) -> float:
        if moment is not None:
            if self._began is None:
                self._began = moment
            if _comparable(self._began, moment):
                self._now = self._since_start(moment)
        return self._now


def _comparable(one: datetime, other: datetime) -> bool:
    return (one.tzinfo is None) == (other.tzinfo is None)
