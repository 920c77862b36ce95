"""The program is compiled while the image is built, in a stage that the image is not made of.

Looks at: the steps that were built: a RUN in a stage that starts from the compiler's image, that the last one does not
start from, and that the last one needs something of, because otherwise the builder passes it over.
Why it matters: a program that was compiled somewhere else is one that nobody can compile again. Compiled in the image
itself, it brings the compiler along.
Loses the point:
    FROM golang:1.24
    RUN go build -o /tide .        (and no other FROM)
Earns it:
    FROM golang:1.24 AS build
    RUN go build -o /tide .
    FROM busybox:1.37
    COPY --from=build /tide /tide
"""

from grader.checks import check
from grader.checks._text import of_the_image
from grader.model import Dockerfile, Observation, Params, Verdict, failed, passed
from grader.model.reference import reference


class Parameters(Params, frozen=True, kw_only=True):
    compiler: str  # the repository of the images that compile


@check(practice="multi-stage")
def compiled_in_a_stage(seen: Observation, p: Parameters) -> Verdict:
    own = {one.start for one in of_the_image(seen.text)}
    steps = seen.build.steps if seen.build else ()
    runs = [step for step in steps if step.command.upper().startswith("RUN") and step.line]
    compiling = _from(seen.text, p.compiler)
    apart = [step for step in runs if step.line not in own]
    if before := [step for step in apart if step.line in compiling]:
        return passed(f"line {before[-1].line} runs in a stage that only gives files: {before[-1].command[:80]}")
    stages = len(seen.text.stages)
    skipped = stages > 1 and not runs
    return failed(
        line=runs[-1].line if runs else (seen.text.stages[-1].start if stages else None),
        seen=f"no command ran in a stage that starts from {p.compiler} and only gives files; stages: {stages}"
        + (": what nobody copies from is not built" if skipped else ""),
        expected="the program is compiled in a stage of its own, and copied from it",
        hints=(
            "In which stage does the compiler run, and from which stage is the image made?",
            "Look up FROM … AS, and COPY --from.",
        ),
    )


def _from(dockerfile: Dockerfile, compiler: str) -> set[int]:
    """The lines of the stages that start from an image of this repository, also by way of an earlier stage."""
    found: dict[int, str] = {}
    names: dict[str, int] = {}
    for stage in dockerfile.stages:
        earlier = names.get(stage.base.lower())
        found[stage.index] = reference(stage.base).repository if earlier is None else found[earlier]
        names[stage.name.lower()] = stage.index
    return {one.start for one in dockerfile.instructions if found.get(one.stage) == compiler}
