"""base_image_pinned and base_image_allowed, and the names of images that both take apart."""

import pytest
from observing import complete, judged, observation

from grader.model import Observation
from grader.model.reference import Reference, reference
from grader.model.sources import sources


@pytest.mark.parametrize(
    ("image", "parts"),
    [
        ("debian", ("debian", "", "")),
        ("debian:13-slim", ("debian", "13-slim", "")),
        ("library/debian:13", ("debian", "13", "")),
        ("docker.io/library/debian:13", ("debian", "13", "")),
        ("index.docker.io/library/debian", ("debian", "", "")),
        ("docker.io/org/app:1", ("org/app", "1", "")),
        ("localhost:5000/debian", ("localhost:5000/debian", "", "")),
        ("localhost:5000/debian:13", ("localhost:5000/debian", "13", "")),
        ("ghcr.io/org/app@sha256:aa", ("ghcr.io/org/app", "", "sha256:aa")),
        ("debian:13@sha256:aa", ("debian", "13", "sha256:aa")),
    ],
)
def test_a_reference_is_taken_apart(image: str, parts: tuple[str, str, str]) -> None:
    assert reference(image) == Reference(repository=parts[0], tag=parts[1], digest=parts[2])


@pytest.mark.parametrize(
    "text",
    [
        "FROM debian:trixie-slim",
        "FROM --platform=linux/amd64 debian:13 AS x",
        "FROM debian@sha256:" + "a" * 64,
        "FROM debian:latest@sha256:" + "a" * 64,
        "ARG V=13\nFROM debian:${V}-slim",
        "FROM localhost:5000/debian:13",
        "FROM scratch\nCOPY a /",
        "FROM debian:13 AS Build\nFROM build",
        "FROM debian:13 AS a\nFROM a AS b\nFROM b",
        "from debian:13",
        "FROM debian:\\\n13",
    ],
)
def test_pinned(text: str) -> None:
    assert judged("base_image_pinned", observation(text)).status == "passed"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("FROM debian", 1),
        ("FROM debian:latest", 1),
        ("FROM localhost:5000/debian", 1),
        ("# c\n\nARG V=latest\nFROM debian:$V", 4),
        ("FROM debian:13 AS a\nFROM debian\nCOPY --from=a /x /", 2),
        ("FROM debian AS debian13\nFROM debian13", 1),
        ("FROM later\nFROM debian:13 AS later", 1),
    ],
)
def test_not_pinned(text: str, line: int) -> None:
    verdict = judged("base_image_pinned", observation(text))
    assert (verdict.status, verdict.line) == ("failed", line)
    assert complete(verdict)


def test_the_number_of_base_images_is_said() -> None:
    seen = judged("base_image_pinned", observation("FROM a:1 AS x\nFROM b\nFROM c")).seen
    assert seen.startswith("2 of 3 base images")


SLIM = ["debian:trixie-slim", "debian:13-slim"]


@pytest.mark.parametrize(
    ("text", "images"),
    [
        ("FROM debian:trixie-slim", SLIM),
        ("FROM debian:13-slim", SLIM),
        ("FROM docker.io/library/debian:13-slim", SLIM),
        ("FROM debian:13-slim@sha256:" + "a" * 64, SLIM),
        ("FROM debian@sha256:" + "a" * 64, SLIM),
        ("FROM debian", SLIM),
        ("FROM debian:bookworm", ["debian"]),
        ("FROM debian:13-slim AS a\nFROM a", SLIM),
        ("FROM debian:13-slim AS a\nFROM scratch\nCOPY --from=a / /", SLIM),
        ("ARG BASE=debian:13-slim\nFROM $BASE", SLIM),
    ],
)
def test_allowed(text: str, images: list[str]) -> None:
    assert judged("base_image_allowed", observation(text), images=images).status == "passed"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("FROM busybox:1.37", 1),
        ("FROM debian:bookworm-slim", 1),
        ("FROM debian:trixie", 1),
        ("FROM someone/debian:trixie-slim", 1),
        ("FROM localhost:5000/debian:trixie-slim", 1),
        ("FROM debian:trixie-slim\nFROM ubuntu:24.04", 2),
        ("FROM ubuntu:24.04 AS debian\nFROM debian", 1),
        ("FROM scratch", None),
    ],
)
def test_not_allowed(text: str, line: int | None) -> None:
    verdict = judged("base_image_allowed", observation(text), images=SLIM)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert complete(verdict)


@pytest.mark.parametrize("name", ["base_image_pinned", "base_image_allowed", "instructions_in_capitals"])
def test_a_text_that_does_not_parse_is_not_judged(name: str) -> None:
    from grader.judge import judge
    from grader.model import Exercise, ExerciseCheck

    given = {"images": SLIM} if name == "base_image_allowed" else {}
    item = ExerciseCheck(name=name, points=1, parameters=given)
    exercise = Exercise(name="00-x", folder="", title="", lesson="", practice="", minutes=1, bases=(), checks=(item,))
    unread = Observation(exercise="00-x", submission="s", syntax_error="unknown instruction: FORM", syntax_line=1)
    report = judge(exercise, unread)
    assert (report.checks[0].status, report.checks[0].machine, report.score) == ("not_judged", False, 0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FROM a:1\nCOPY --from=b:1 /x /", [("b:1", 2)]),
        ("FROM a:1\nCOPY --chmod=755 --from=b@sha256:aa /x /", [("b@sha256:aa", 2)]),
        (
            "FROM a:1\nRUN --mount=type=bind,from=b,target=/m \\\n --mount=from=c:1,target=/n true",
            [("b", 2), ("c:1", 2)],
        ),
        ("FROM a:1 AS x\nFROM a:1\nCOPY --from=X /x /\nCOPY --from=0 /x /\nRUN --mount=from=x,target=/m true", []),
        ("FROM a:1\nCOPY --from=later /x /\nFROM b:1 AS later", [("later", 2)]),
        ("FROM a:1\nCOPY b /\nRUN --mount=type=cache,target=/c true\nRUN echo --from=b", []),
    ],
)
def test_images_that_files_are_taken_from(text: str, found: list[tuple[str, int]]) -> None:
    assert [(source.image, source.line) for source in sources(observation(text).text)] == found


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("FROM a:1\nCOPY --from=b:1 /x /", None),
        ("FROM a:1\nCOPY --from=b /x /", 2),
        ("FROM a:1\nRUN --mount=from=b:latest,target=/m true", 2),
        ("FROM a:1\nCOPY --from=b /x /\nFROM c\n", 2),
        ("FROM a AS x\nFROM a:1\nCOPY --from=b /x /", 1),
    ],
)
def test_what_files_are_taken_from_is_pinned(text: str, line: int | None) -> None:
    verdict = judged("base_image_pinned", observation(text))
    assert (verdict.status, verdict.line) == ("failed" if line else "passed", line)
