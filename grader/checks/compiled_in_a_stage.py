"""The program is compiled while the image is built, in a stage that the image is not made of.

Looks at: the steps that were built: a RUN in a stage that the last one does not start from, and that the last one needs
something of, because otherwise the builder passes it over.
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
from grader.model import Observation, Verdict, failed, passed


@check(practice="multi-stage")
def compiled_in_a_stage(seen: Observation) -> Verdict:
    own = {one.start for one in of_the_image(seen.text)}
    steps = seen.build.steps if seen.build else ()
    runs = [step for step in steps if step.command.upper().startswith("RUN") and step.line]
    before = [step for step in runs if step.line not in own]
    if before:
        return passed(f"line {before[-1].line} runs in a stage that is left behind: {before[-1].command[:80]}")
    stages = len(seen.text.stages)
    skipped = stages > 1 and not runs
    return failed(
        line=runs[-1].line if runs else (seen.text.stages[-1].start if stages else None),
        seen=f"of {stages} stages, none that is left behind has run a command"
        + (": what nobody copies from is not built" if skipped else ""),
        expected="the program is compiled in a stage of its own, and copied from it",
        hints=(
            "In which stage does the compiler run, and from which stage is the image made?",
            "Look up FROM … AS, and COPY --from.",
        ),
    )
