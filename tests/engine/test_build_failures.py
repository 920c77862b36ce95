"""Builds on both engines: why they fail, and that nothing can be had which is not allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from builds import BUILDERS, BUSYBOX, FROM, build

from grader.engine.client import Engine
from grader.errors import UsageError
from grader.model.build import Builder

pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    ("text", "cause", "line", "words"),
    [
        (FROM + "RUN echo last; exit 7", "step", 2, "failed with exit code 7. It printed last: last"),
        (FROM + "ENV A=b\nRUN nosuch", "step", 3, "127"),
        (FROM + "USER nobodyhere\nRUN id", "step", 3, "unable to find user nobodyhere"),
        (FROM + 'RUN ["/nosuch"]', "step", 2, 'could not be started: "/nosuch"'),
        ("FROM nosuch.invalid/image:1\nRUN id", "base_image", 1, "nosuch.invalid/image:1 is not on this engine"),
        ("FROM no-such-image-here:1\nRUN id", "base_image", 1, "no-such-image-here:1 is not on this engine"),
        (FROM + "COPY ap.py /", "context", 2, "'ap.py' is not in the build context. It has: app.py"),
        (FROM + "COPY src/a.txt /", "context", 2, "'src/a.txt' is not in the build context. It has: a.txt"),
        (FROM + "COPY hidden.txt /", "context", 2, ".dockerignore leaves it out"),
        (FROM + f"COPY --from={BUSYBOX} /nosuch /", "context", 2, "'/nosuch' is not in the image or stage"),
        (FROM + "RUNN id", "syntax", 2, "did you mean RUN?"),
        (FROM + "COPY a.txt", "syntax", 2, "at least two arguments"),
        (FROM + "ENV A", "syntax", None, "ENV must have two arguments"),
        ("RUN id", "syntax", None, "begins with FROM"),
        ("", "syntax", None, "The Dockerfile is empty"),
    ],
)
@pytest.mark.parametrize("builder", BUILDERS)
def test_failures(
    engine: Engine,
    context: Path,
    labels: dict[str, str],
    builder: Builder,
    text: str,
    cause: str,
    line: int | None,
    words: str,
) -> None:
    failure = build(engine, context, text, labels=labels, builder=builder).failure
    assert failure is not None
    assert (failure.cause, words in failure.message) == (cause, True), failure
    if line is not None and (builder == "buildkit" or cause != "base_image"):
        assert failure.line == line
        assert failure.message.startswith(f"Line {line}: ")
    for noise in ("rpc error", "failed to solve", "checksum", "desc =", "runc"):
        assert noise not in failure.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FROM busybox:1.37-evil\nRUN id", "busybox:1.37-evil may not be used"),
        (FROM + "COPY --from=drydock-test/secret:1 /bin/sh /x", "the image drydock-test/secret:1 may not"),
        (FROM + "RUN --mount=from=drydock-test/secret:1,target=/m ls /m", "the image drydock-test/secret:1 may not"),
        ("ARG E=evil\nFROM busybox:1.37-${E}\nRUN id", "busybox:1.37-evil may not be used"),
        (FROM + "ADD http://127.0.0.1:9/x /x", "'http://127.0.0.1:9/x' may not be used"),
        (FROM + "ADD https://github.com/a/b.git /x", "may not be used"),
    ],
)
def test_only_allowed_bases(engine: Engine, context: Path, text: str, words: str) -> None:
    for name in ("busybox:1.37-evil", "drydock-test/secret:1"):
        engine.tag(BUSYBOX, name)
    try:
        failure = build(engine, context, text, allowed_bases=[BUSYBOX]).failure
    finally:
        for name in ("busybox:1.37-evil", "drydock-test/secret:1"):
            engine.remove_image(name)
    assert failure is not None
    assert (failure.cause, words in failure.message) == ("not_permitted", True), failure
    assert failure.line


def test_a_frontend_is_an_image_too(engine: Engine, context: Path) -> None:
    engine.tag(BUSYBOX, "drydock-test/secret:1")
    text = "# syntax=drydock-test/secret:1\n" + FROM + "RUN id"
    failure = build(engine, context, text, allowed_bases=[BUSYBOX]).failure
    engine.remove_image("drydock-test/secret:1")
    assert failure is not None
    assert (failure.cause, failure.line) == ("base_image", 1)
    assert "'# syntax=' asks for an image that is not here" in failure.message


def test_an_allowed_base_is_allowed(engine: Engine, context: Path, labels: dict[str, str]) -> None:
    text = FROM + f"COPY a.txt /\nCOPY --from={BUSYBOX} /bin/sh /sh\nRUN id\n"
    assert build(engine, context, text, labels=labels, allowed_bases=[BUSYBOX]).ok


def test_classic_cannot_restrict(engine: Engine, context: Path) -> None:
    with pytest.raises(UsageError):
        build(engine, context, FROM, builder="classic", allowed_bases=[BUSYBOX])
