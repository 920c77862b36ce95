"""The compiler that the build uses is not in the image.

Looks at: the Dockerfile, for a golang image or a command that compiles or installs a compiler; and where there is one,
the files of the image, for compilers. Where nothing is compiled, this does not apply.
Why it matters: a compiler is many times the size of what it makes, has to be kept free of known holes, and is of use
only to somebody who breaks in.
Loses the point:
    FROM golang:1.24
    RUN go build -o /server .
Earns it:
    FROM golang:1.24 AS build
    RUN go build -o /server .
    FROM scratch
    COPY --from=build /server /server
"""

import re

from grader.checks import check
from grader.checks._commands import commands
from grader.checks._text import external_bases, line_of
from grader.model import Files, Observation, Verdict, failed, not_applicable, passed
from grader.model.reference import reference

COMPILERS = ("go", "gcc", "cc", "g++", "c++", "clang", "rustc", "javac")
FILES = Files(paths=tuple(f"*/bin/{name}" for name in COMPILERS))
COMPILES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("gcc", "g++", "c++", "cc", "clang", "rustc", "javac", "make", "cmake", "mvn", "gradle"), ()),
    **dict.fromkeys(("go", "cargo"), ("build", "install")),
}
"""Programs that compile, and with which of these words they do so (none: with any)."""
PACKAGE_MANAGERS = ("apt-get", "apt", "apk", "dnf", "yum", "microdnf")
PACKAGES = (*COMPILES, "build-essential", "golang", "build-base")
VERSION = r"(?:-?\d+(?:\.\d+)*)?"


@check(practice="multi-stage", probes=lambda _: [FILES])
def compilers_left_behind(seen: Observation) -> Verdict:
    bases = [stage for stage in external_bases(seen.text) if reference(stage.base).repository == "golang"]
    steps = [one for one in seen.text.instructions if any(map(_compiles, commands(one)))]
    if not bases and not steps:
        return not_applicable("nothing is compiled")
    found = [file.path for file in seen.of(FILES).files if file.kind in ("file", "link")]
    if not found:
        return passed("something is compiled, and the image has no compiler")
    return failed(
        line=line_of(seen, "FROM"),
        seen=f"{len(found)} compiler{'' if len(found) == 1 else 's'} in the image: {', '.join(found[:3])}",
        expected="the compiler in a stage that is left behind",
        hints=(
            "From which image is the last stage made, and what is in that?",
            "Look up multi-stage builds, and COPY --from.",
        ),
    )


def _compiles(words: list[str]) -> bool:
    """Whether a command compiles something, or installs what does."""
    program, *rest = words
    if program in PACKAGE_MANAGERS:
        return bool({"install", "add"} & set(rest)) and any(map(_is_compiler, rest))
    if program == "npm":
        return rest[:2] == ["run", "build"]
    found = next((name for name in COMPILES if re.fullmatch(re.escape(name) + VERSION, program)), None)
    return found is not None and (not COMPILES[found] or bool(set(COMPILES[found]) & set(rest)))


def _is_compiler(package: str) -> bool:
    name = re.sub(r"[=:~<>].*", "", package)
    return any(re.fullmatch(re.escape(each) + VERSION + "(?:-go)?", name) for each in PACKAGES)
