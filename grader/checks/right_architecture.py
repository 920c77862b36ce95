"""The image says for which architecture it is, and its program is built for that one.

Looks at: the architecture in the image's configuration, and the machine in the header of its program.
Why it matters: a registry gives each machine the image that says it is for it. Where the program is for another one, it
ends with "exec format error".
Loses the point:
    RUN GOARCH=arm64 go build -o /tide .        (for an image of amd64)
Earns it:
    RUN go build -o /tide .
"""

from grader.checks import check
from grader.model import Observation, Params, Program, Verdict, failed, not_judged, passed


class Parameters(Params, frozen=True, kw_only=True):
    path: str  # of the program, absolute


@check(practice="multi-stage", probes=lambda p: [Program(path=p.path)])
def right_architecture(seen: Observation, p: Parameters) -> Verdict:
    program = seen.of(Program(path=p.path))
    if program.kind != "elf":
        return not_judged(f"there is no compiled program at {p.path}")
    said = seen.built.config.architecture
    if said == program.machine:
        return passed(f"image and program are for {said}")
    return failed(
        line=max((one.start for one in seen.text.instructions if _about(one.text)), default=None),
        seen=f"the image is for {said or 'no architecture'}, and {p.path} for {program.machine}",
        expected="both for the same architecture",
        hints=(
            "For which machine does the compiler write the program, and who tells it?",
            "Look up GOARCH, and the option --platform of FROM.",
        ),
    )


def _about(text: str) -> bool:
    return "GOARCH" in text or "--platform" in text
