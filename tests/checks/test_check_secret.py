"""no_secret_left and secret_used: a build with a secret of its own, looked through for traces of it."""

from hashlib import sha256

import pytest
from observing import complete, judged, observation

from grader.model import Build, BuildFailure, BuildWith, BuildWithSeen, Files, FilesSeen, Trace, Verdict
from grader.model.image import File

TEXT = "FROM busybox:1.37\nARG TOKEN\nRUN --mount=type=secret,id=token make licence\n"
GIVEN = {
    "secret": "token",
    "value": "dock_{nonce}",
    "file": "token.txt",
    "argument": "TOKEN",
    "result": "/licence",
    "given": "dock_given",
}
PROBE = BuildWith(
    arguments=(("TOKEN", "dock_{nonce}"),),
    secrets=(("token", "dock_{nonce}\n"),),
    files=(("token.txt", "dock_{nonce}\n"),),
    look=Files(paths=("/licence",), contents=True, follow=True),
    traces=("dock_{nonce}", "dock_given"),
)
BUILT = Build(builder="buildkit", image="sha256:2")
MARK = sha256(b"dock_12").hexdigest()[:12]


def verdict(name: str, *traces: Trace, build: Build = BUILT, licence: str | None = MARK) -> Verdict:
    look = FilesSeen()
    if licence is not None:
        look = FilesSeen(files=(File(path="/licence", kind="file"),), contents={"/licence": licence})
    seen = BuildWithSeen(build=build, nonce="12", look=look if build.ok else None, traces=traces)
    return judged(name, observation(TEXT, probed={PROBE: seen}), **GIVEN)


def test_nothing_is_left_of_a_secret_that_was_used() -> None:
    assert verdict("no_secret_left").status == "passed"
    assert verdict("secret_used", licence=f"licensed to {MARK}\n").status == "passed"


@pytest.mark.parametrize(
    ("trace", "says"),
    [
        (Trace(text="dock_12", where="layer", name="/tmp/token", line=2), "/tmp/token, which a layer stores (line 2)"),
        (Trace(text="dock_12", where="environment", name="TOKEN", line=2), "the variable TOKEN of each container"),
        (
            Trace(text="dock_12", where="history", name="RUN |1 TOKEN=dock_12", line=2),
            "docker history (line 2): RUN |1",
        ),
        (Trace(text="dock_12", where="output", name="RUN make", line=2), "printed while building (line 2)"),
        (Trace(text="dock_given", where="configuration", line=2), "dock_give… is in the image's configuration"),
    ],
)
def test_what_is_left_is_named(trace: Trace, says: str) -> None:
    found = verdict("no_secret_left", trace)
    assert (found.status, found.line) == ("failed", 2)
    assert says in found.seen
    assert complete(found)


def test_the_value_that_arg_shows_names_its_line_only_where_nothing_else_does() -> None:
    arg = Trace(text="dock_12", where="history", name="ARG TOKEN=dock_12", line=2)
    run = Trace(text="dock_12", where="history", name="RUN |1 TOKEN=dock_12", line=3)
    assert verdict("no_secret_left", arg, run).line == 3
    assert verdict("no_secret_left", arg).line == 2


def test_many_places_are_counted_and_the_first_line_that_is_known_is_named() -> None:
    places = [Trace(text="dock_12", where="layer", name=f"/{number}") for number in range(7)]
    found = verdict("no_secret_left", *places, Trace(text="dock_12", where="layer", name="/7", line=3))
    assert (found.seen.count("\n"), found.line) == (5, 3)
    assert "in 3 more places" in found.seen


@pytest.mark.parametrize(
    ("licence", "says"), [("licensed to 0123456789ab", "holds: licensed to 0123"), (None, "there is no /licence")]
)
def test_a_secret_that_was_not_used(licence: str | None, says: str) -> None:
    found = verdict("secret_used", licence=licence)
    assert (found.status, found.line) == ("failed", 3)
    assert says in found.seen
    assert complete(found)


@pytest.mark.parametrize("name", ["secret_used", "no_secret_left"])
def test_a_build_that_fails_with_another_secret(name: str) -> None:
    broken = Build(builder="buildkit", failure=BuildFailure(cause="step", message="no such token", line=3))
    found = verdict(name, build=broken)
    assert (found.status, found.line) == ("failed", 3)
    assert complete(found)
