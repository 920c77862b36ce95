"""what kind of program it is."""

from __future__ import annotations

from grader.image.elf import program
from grader.model import Dockerfile, Program, ProgramSeen
from grader.model.reference import reference
from grader.observe.bench import Bench

SHARES = "context"


def see(bench: Bench, probe: Program) -> ProgramSeen:
    """The facts of the file at the probe's path, in the image or in one that is built with the probe's lines."""
    image = bench.build.image
    if probe.lines:
        build = bench.rebuild(text=with_lines(bench.dockerfile, probe.after, probe.lines))
        if build.failure is not None:
            return ProgramSeen(failure=f"{build.failure.message}\n{build.failure.output}".strip())
        image = build.image
    head = bench.engine.read_head(image, probe.path, labels=bench.labels)
    if head is None:
        return ProgramSeen()
    what = program(head.data)
    return ProgramSeen(
        kind=what.kind, path=head.path, size=head.size, interpreter=what.interpreter, machine=what.machine
    )


def with_lines(dockerfile: Dockerfile, after: str, lines: tuple[str, ...]) -> bytes:
    """The Dockerfile with `lines` behind each FROM of an image of the repository `after`."""
    ends = {one.start: one.end for one in dockerfile.instructions if one.name == "FROM"}
    places = {ends[stage.start] for stage in dockerfile.stages if reference(stage.base).repository == after}
    text: list[str] = []
    for number, line in enumerate(dockerfile.lines, start=1):
        text += [line, *(lines if number in places else ())]
    return "".join(f"{line}\n" for line in text).encode()
