"""The program is static: it needs no library that the image lacks.

Looks at: the header of the program in the image, which names a loader where shared libraries are needed; and that of
one built again where Go finds a C compiler, as it does in Docker Hub's golang image: there a program that uses the
network is linked to the C library, unless the build says otherwise.
Why it matters: an image of one program has no C library. A program that needs one cannot even start there: "no such
file or directory" is then said of its loader.
Loses the point:
    RUN go build -o /tide .
Earns it:
    RUN CGO_ENABLED=0 go build -o /tide .
"""

from grader.checks import check
from grader.checks._text import last_line, whole
from grader.model import Observation, Params, Program, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    path: str  # of the program, absolute


AS_ON_DOCKER_HUB = ("RUN go env -w CGO_ENABLED=1",)


def _again(p: Parameters) -> Program:
    return Program(path=p.path, after="golang", lines=AS_ON_DOCKER_HUB)


@check(practice="multi-stage", probes=lambda p: [Program(path=p.path), _again(p)])
def static_program(seen: Observation, p: Parameters) -> Verdict:
    program, again = seen.of(Program(path=p.path)), seen.of(_again(p))
    line = max(
        (one.start for one in seen.text.instructions if "go build" in whole(one) or "go install" in whole(one)),
        default=None,
    )
    if program.kind != "elf":
        what = {"": "there is nothing", "script": f"there is a script for {program.interpreter}"}.get(
            program.kind, "there is no program"
        )
        return failed(
            line=line or last_line(seen, lambda one: one.name in ("COPY", "ADD")),
            seen=f"at {p.path} {what}",
            expected=f"a compiled program at {p.path}",
            hints=("Where does the compiler write the program, and what is copied from there?",),
        )
    needs = program.interpreter or again.interpreter
    if not needs and again.kind == "elf":
        return passed(f"{p.path} ({program.size:,} bytes) names no loader, also where Go finds a C compiler")
    if program.interpreter:
        what = f"{p.path} needs the loader {program.interpreter}"
    elif needs:
        what = f"built where Go finds a C compiler, {p.path} needs the loader {needs}"
    else:
        what = "where Go takes a C compiler for granted, the build asks for it and ends:\n" + "\n".join(
            again.failure.splitlines()[-3:]
        )
    return failed(
        line=line,
        seen=what,
        expected=f"a static {p.path}, whether Go finds a C compiler or not",
        hints=(
            "Which libraries does a Go program need that uses the network, and where are they in your image?",
            "What does Go's tool do about C when a C compiler is there?",
            "Look up cgo, and the environment variable that switches it off.",
        ),
    )
