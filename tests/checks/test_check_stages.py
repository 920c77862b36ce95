"""The checks of multi-stage builds, on observations made by hand."""

import msgspec
import pytest
from observing import complete, judged, observation

from grader.model import Build, Files, FilesSeen, Program, ProgramSeen, Step
from grader.model.image import File, Image, ImageConfig, Layer, Waste

TEXT = "FROM golang:1 AS build\nCOPY . .\nRUN go build -o /t\nFROM busybox\nCOPY --from=build /t /t\n"
LOADER = "/lib64/ld-linux-x86-64.so.2"
WITH_C = Program(path="/t", after="golang", lines=("RUN go env -w CGO_ENABLED=1",))
STATIC = ProgramSeen(kind="elf", path="/t", size=7_000_000, machine="amd64")
LINKED = msgspec.structs.replace(STATIC, interpreter=LOADER)


def static(seen: ProgramSeen, again: ProgramSeen):
    return judged("static_program", observation(TEXT, probed={Program(path="/t"): seen, WITH_C: again}), path="/t")


def test_a_static_program() -> None:
    assert static(STATIC, STATIC).status == "passed"


@pytest.mark.parametrize(
    ("seen", "again", "says"),
    [
        (LINKED, LINKED, f"needs the loader {LOADER}"),
        (STATIC, LINKED, f"where Go finds a C compiler, /t needs the loader {LOADER}"),
        (STATIC, ProgramSeen(failure="line 3\ncgo: C compiler gcc not found"), "gcc not found"),
        (ProgramSeen(), STATIC, "there is nothing"),
        (ProgramSeen(kind="script", interpreter="/bin/sh"), STATIC, "a script for /bin/sh"),
        (ProgramSeen(kind="other"), STATIC, "there is no program"),
    ],
)
def test_a_program_that_is_not_static(seen: ProgramSeen, again: ProgramSeen, says: str) -> None:
    verdict = static(seen, again)
    assert (verdict.status, verdict.line) == ("failed", 3)
    assert says in verdict.seen
    assert complete(verdict)


@pytest.mark.parametrize(
    ("image", "machine", "status"),
    [("amd64", "amd64", "passed"), ("amd64", "arm64", "failed"), ("", "amd64", "failed"), ("arm64", "", "not_judged")],
)
def test_the_architecture(image: str, machine: str, status: str) -> None:
    text = TEXT.replace("RUN go", "RUN GOARCH=arm64 go")
    program = ProgramSeen(kind="elf" if machine else "", machine=machine)
    seen = observation(text, config=ImageConfig(architecture=image), probed={Program(path="/t"): program})
    verdict = judged("right_architecture", seen, path="/t")
    assert verdict.status == status
    assert status != "failed" or (verdict.line == 3 and complete(verdict))


def compiled(text: str, *steps: Step):
    seen = observation(text, build=Build(builder="buildkit", image="i", steps=steps))
    return judged("compiled_in_a_stage", seen, compiler="golang")


COPY = Step(command="COPY --from=build /t /t", line=5)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (TEXT, 3),
        (TEXT.replace("golang:1", "docker.io/library/golang@sha256:0"), 3),
        ("ARG GO=golang:1\nFROM $GO AS Base\nFROM base AS build\nRUN go build -o /t\nFROM busybox\n", 4),
    ],
)
def test_compiled_in_a_stage(text: str, line: int) -> None:
    verdict = compiled(text, Step(command="RUN go build -o /t", line=line), COPY)
    assert verdict.status == "passed"
    assert f"line {line}" in verdict.seen


def test_what_was_compiled_elsewhere() -> None:
    text = "FROM busybox AS build\nCOPY t /t\nRUN chmod 755 /t\nFROM scratch\nCOPY --from=build /t /t\n"
    verdict = compiled(text, Step(command="RUN chmod 755 /t", line=3), COPY)
    assert (verdict.status, verdict.line) == ("failed", 3)
    assert "starts from golang" in verdict.seen


@pytest.mark.parametrize(
    ("text", "steps", "line", "says"),
    [
        (TEXT, (COPY,), 4, "is not built"),
        (TEXT, (), 4, "is not built"),
        ("FROM golang\nRUN go build\n", (Step(command="RUN go build", line=2),), 2, "stages: 1"),
        ("FROM golang AS b\nRUN go build\nFROM b\n", (Step(command="RUN go build", line=2),), 2, "stages: 2"),
        ("FROM busybox\nCOPY t /t\n", (Step(command="COPY t /t", line=2),), 1, "stages: 1"),
    ],
)
def test_not_compiled_in_a_stage(text: str, steps: tuple[Step, ...], line: int, says: str) -> None:
    verdict = compiled(text, *steps)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert says in verdict.seen
    assert complete(verdict)


def left(size: int, *files: str, hidden: str = "", base: int = 2_000_000):
    waste = (Waste(path=hidden, bytes=5, added_in=1, hidden_in=2),) if hidden else ()
    layers = (Layer(diff_id="a", size=base), Layer(diff_id="b", size=size - base, line=5))
    found = FilesSeen(files=tuple(File(path=path, kind="file") for path in files))
    seen = observation(TEXT, probed={Program(path="/t"): STATIC, Files(paths=("*.go", "*/bin/go")): found})
    seen = msgspec.structs.replace(
        seen, image=Image(id="i", size=size, layers=layers, wasted=waste), base_layers=1
    )  # fmt: skip
    return judged("only_the_program_left", seen, path="/t", bytes=3_000_000, without=["*.go", "*/bin/go"])


def test_only_the_program() -> None:
    verdict = left(9_000_000, hidden="/etc/passwd")
    assert verdict.status == "passed"
    assert "9 MB" in verdict.seen


@pytest.mark.parametrize(
    ("size", "files", "hidden", "base", "line", "says"),
    [
        (400_000_000, ("/usr/local/go/bin/go",), "", 390_000_000, 4, "400 MB"),
        (16_000_000, (), "", 2_000_000, 5, "16 MB"),
        (9_000_000, ("/main.go",), "", 2_000_000, 5, "/main.go is in it"),
        (9_000_000, (), "/src/main.go", 2_000_000, 5, "/src/main.go is in a hidden layer"),
    ],
)
def test_more_than_the_program(size: int, files: tuple[str, ...], hidden: str, base: int, line: int, says: str) -> None:
    verdict = left(size, *files, hidden=hidden, base=base)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert says in verdict.seen
    assert complete(verdict)
