"""The checks that an application of one's own is judged by, on observations made by hand."""

import pytest
from observing import BUILT, complete, judged, observation

from grader.checks._text import takes_from_context
from grader.checks.compilers_left_behind import FILES
from grader.dockerfile import parse
from grader.model import (
    Additions,
    AdditionsSeen,
    Build,
    BuildFailure,
    FilesSeen,
    Planted,
    PlantedFile,
    PlantedSeen,
    Run,
    RunSeen,
    SourceEdited,
    SourceEditedSeen,
    Step,
)
from grader.model.image import File

PLANT = ((".git/HEAD", 40), (".env", 9))
NOTHING = "FROM busybox\nRUN true\n"


def starts(seen: RunSeen):
    text = "FROM busybox\nENTRYPOINT x\n"
    return judged("container_starts", observation(text, probed={Run(seconds=1.5): seen}))


@pytest.mark.parametrize(("code", "says"), [(None, "still ran after 1.5 s"), (0, "ended with exit code 0")])
def test_it_starts(code: int | None, says: str) -> None:
    verdict = starts(RunSeen(exit_code=code))
    assert verdict.status == "passed"
    assert says in verdict.seen


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (RunSeen(exit_code=1, stderr="Traceback\nKeyError: 'A'", took=0.2), "exit code 1 after 0.2 s\nTraceback"),
        (RunSeen(exit_code=127, stderr="sh: x: not found"), "not found"),
        (RunSeen(exit_code=None, error="no such file or directory"), "no such file"),
    ],
)
def test_it_does_not_start(seen: RunSeen, says: str) -> None:
    verdict = starts(seen)
    assert (verdict.status, verdict.line) == ("failed", 2)
    assert says in verdict.seen
    assert complete(verdict)


EARLY = "FROM python\nCOPY . .\nRUN pip install -r requirements.txt\n"


def cached(text: str, *ran: Step, edit: str = "app.py", failure: BuildFailure | None = None):
    build = Build(builder="buildkit", image="i", steps=ran, failure=failure)
    seen = SourceEditedSeen(edit=edit, build=build if edit else None)
    return judged("dependencies_stay_cached", observation(text, probed={SourceEdited(): seen}))


COPY = Step(command="COPY . .", line=2)
INSTALL = Step(command="RUN pip install -r requirements.txt", line=3, took=2.0)


def test_what_is_installed_ran_again() -> None:
    verdict = cached(EARLY, COPY, INSTALL)
    assert (verdict.status, verdict.line) == ("failed", 2)
    assert "line 3 ran again (2.0 s) after one line had been added to app.py" in verdict.seen
    assert complete(verdict)


@pytest.mark.parametrize(
    "command",
    [
        "pip install --no-deps .",
        "python3 -m pip install --no-build-isolation --no-deps --no-cache-dir .",
        "cp -r /src /b && cd /b && pip install --no-deps . && rm -r /b",
        "pip install --no-deps './app[web]'",
        "pip install --no-index \\\n    --no-deps ./app",
    ],
)
def test_the_application_itself_is_installed_after_an_edit(command: str) -> None:
    text = f"FROM python\nCOPY r.txt .\nRUN pip install -r r.txt\nCOPY . .\nRUN {command}\n"
    assert cached(text, Step(command=f"RUN {command}", line=5, took=2.0)).status == "passed"


@pytest.mark.parametrize(
    "command",
    [
        "pip install .",
        "pip install --no-deps -r r.txt",
        "pip install --no-deps . -r r.txt",
        "pip install --no-deps -f . flask",
        "pip install --no-deps ./flask.whl",
        "pip install --no-deps . && pip install flask",
        "pip install --no-deps . && apt-get install -y jq",
    ],
)
def test_with_what_it_needs_it_is_not_the_application_itself(command: str) -> None:
    text = f"FROM python\nCOPY . .\nRUN {command}\n"
    assert cached(text, COPY, Step(command=f"RUN {command}", line=3, took=2.0)).status == "failed"


def test_what_is_installed_came_from_the_cache() -> None:
    assert cached(EARLY, COPY, Step(command=INSTALL.command, line=3, cached=True)).status == "passed"


def test_an_edit_that_breaks_the_build() -> None:
    verdict = cached(EARLY, failure=BuildFailure(cause="step", message="no", line=3))
    assert (verdict.status, verdict.line) == ("failed", 3)
    assert complete(verdict)


@pytest.mark.parametrize(
    ("text", "edit"), [(NOTHING, "a.py"), (EARLY, ""), ("FROM busybox\nRUN echo pip install", "a")]
)
def test_where_nothing_is_installed_or_edited_the_cache_does_not_apply(text: str, edit: str) -> None:
    assert not cached(text, edit=edit).applies


def compilers(text: str, *paths: str):
    found = FilesSeen(files=tuple(File(path=path, kind="file") for path in paths))
    return judged("compilers_left_behind", observation(text, probed={FILES: found}))


@pytest.mark.parametrize(
    ("text", "paths", "status", "applies"),
    [
        (NOTHING, (), "not_judged", False),
        ("FROM python\nRUN pip install make.py\n", (), "not_judged", False),
        ('FROM busybox\nRUN echo "make it so" > /motd\n', (), "not_judged", False),
        ("FROM busybox\nRUN echo please make it so > /motd\n", (), "not_judged", False),
        ("FROM busybox\nRUN mkdir make && cp /cc /gcc\n", (), "not_judged", False),
        ("FROM busybox\nRUN apk info gcc; go version\n", (), "not_judged", False),
        ("FROM busybox\nRUN <<E cat > /motd\nmake it so\nE\n", (), "not_judged", False),
        ("FROM golang:1\nRUN go build -o /x .\n", ("/usr/local/go/bin/go",), "failed", True),
        ("FROM golang:1 AS b\nRUN go build\nFROM scratch\nCOPY --from=b /x /\n", (), "passed", True),
        *(
            (f"FROM debian\nRUN {command}\n", ("/usr/bin/gcc",), "failed", True)
            for command in (
                "cd /src && make -j2 all",
                "CC=gcc make",
                "/usr/bin/gcc-13 x.c",
                "if true; then make; fi",
                "set -e; (cd /src; ./configure; env A=1 make install)",
                '["make", "all"]',
                "sh -ec 'cd /src && make'",
                '["/bin/bash", "-c", "make all"]',
                "x=$(gcc x.c)",
                "timeout 60 go build -o /x ./...",
                "CGO_ENABLED=0 go -C /src build",
                "apt-get update && apt-get install -y --no-install-recommends build-essential",
                "apt-get install gcc=4:14.2.0-1 python3",
                "apt install golang-go",
                "apk add --no-cache g++ clang19",
                "cargo build --release",
                "npm run build",
                "<<E\nset -e\nmake all\nE",
                "<<E bash\nmake \\\n  all\nE",
            )
        ),
        ("FROM debian\nRUN apt-get install -y gcc && gcc x.c\n", ("/usr/bin/gcc", "/usr/bin/cc"), "failed", True),
        ("FROM debian AS b\nRUN <<E\nmake all\nE\nFROM debian\nCOPY --from=b /x /\n", (), "passed", True),
    ],
)
def test_compilers(text: str, paths: tuple[str, ...], status: str, applies: bool) -> None:
    verdict = compilers(text, *paths)
    assert (verdict.status, verdict.applies) == (status, applies)
    assert status != "failed" or (complete(verdict) and verdict.line == 1 and paths[0] in verdict.seen)


@pytest.mark.parametrize(
    ("instruction", "takes"),
    [
        ("COPY a /", True),
        ("ADD a /", True),
        ("COPY --chown=1 a b /x/", True),
        ("RUN --mount=type=bind,target=/x cat /x/a", True),
        ("RUN --mount=target=/x cat /x/a", True),
        ("COPY --from=b /a /", False),
        ("COPY <<E /a\nx\nE", False),
        ("RUN --mount=type=cache,target=/x true", False),
        ("RUN --mount=type=bind,from=b,target=/x true", False),
        ("RUN echo COPY", False),
    ],
)
def test_takes_from_context(instruction: str, takes: bool) -> None:
    assert takes_from_context(parse(f"FROM busybox AS b\n{instruction}\n".encode())) is takes


@pytest.mark.parametrize(("name", "more"), [("private_files_stay_out", {}), ("context_is_small", {"bytes": 1})])
def test_without_a_context_it_does_not_matter(name: str, more: dict[str, int]) -> None:
    seen = observation(NOTHING, probed={Planted(files=PLANT): PlantedSeen(build=BUILT, context_bytes=9)})
    assert not judged(name, seen, plant=[list(each) for each in PLANT], **more).applies


def test_without_copy_and_add_neither_is_better() -> None:
    seen = observation(NOTHING, probed={Additions(): AdditionsSeen()})
    assert not judged("adds_only_what_copy_cannot", seen).applies


@pytest.mark.parametrize(("sent", "status"), [((), "passed"), ((".env",), "passed"), ((".git/HEAD",), "failed")])
def test_only_what_was_planted_counts(sent: tuple[str, ...], status: str) -> None:
    files = tuple(PlantedFile(path=path, sent=path in sent) for path, _ in PLANT)
    planted = PlantedSeen(build=BUILT, files=files, bytes=9_000, context_bytes=8_000)
    seen = observation("FROM busybox\nCOPY . .\n", probed={Planted(files=PLANT): planted})
    verdict = judged("context_is_small", seen, plant=[list(each) for each in PLANT], bytes=9, planted_only=True)
    assert verdict.status == status
    assert status == "passed" or (complete(verdict) and ".git/HEAD" in verdict.seen)
