"""The image holds the program and a small base, and nothing of what the program was made with.

Looks at: the size of the image beside that of its program; and the files of the image, and those that a later layer
hides, for sources and compilers.
Why it matters: what an image does not hold need not be stored, sent, kept up to date or defended. A compiler is many
times the size of what it makes.
Loses the point:
    FROM golang:1.24
    RUN go build -o /tide .
Earns it:
    FROM golang:1.24 AS build
    RUN go build -o /tide .
    FROM scratch
    COPY --from=build /tide /tide
"""

from fnmatch import fnmatchcase

from grader.checks import check
from grader.checks._layers import amount
from grader.checks._text import last_line, line_of
from grader.model import Files, Observation, Params, Program, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    path: str  # of the program, absolute
    bytes: int  # that the image may be larger than the program
    without: tuple[str, ...]  # of what the program is made with, as absolute paths; `*` also matches a slash


@check(practice="multi-stage", probes=lambda p: [Program(path=p.path), Files(paths=p.without)])
def only_the_program_left(seen: Observation, p: Parameters) -> Verdict:
    program, image = seen.of(Program(path=p.path)), seen.built
    beside = image.size - program.size
    left = [file.path for file in seen.of(Files(paths=p.without)).files if file.kind == "file"]
    hidden = [one.path for one in image.wasted if any(fnmatchcase(one.path, pattern) for pattern in p.without)]
    if beside <= p.bytes and not left and not hidden:
        return passed(f"the image has {amount(image.size)}, {amount(program.size)} of them are its program")
    found = [f"{path} is in it" for path in left[:2]] + [f"{path} is in a hidden layer" for path in hidden[:2]]
    base = sum(layer.size for layer in image.layers[: seen.base_layers])
    return failed(
        line=line_of(seen, "FROM") if base > p.bytes else last_line(seen, lambda one: one.name in ("COPY", "ADD")),
        seen="\n".join([f"the image has {amount(image.size)}, {amount(program.size)} of them are its program", *found]),
        expected=f"at most {amount(p.bytes)} beside the program, without compiler and sources",
        hints=(
            "From which image is the last stage made, and what is in that?",
            "What exactly is copied from the stage that compiles: the program, or its folder?",
            "Look up what of an earlier stage is in the image.",
        ),
    )
