"""How large an image is, what it stands on, and whether its stages share one base image."""

import pytest
from msgspec.structs import replace
from observing import complete, judged, observation

from grader.model import Image, Observation
from grader.model.image import Layer

MB = 1_000_000


def image(text: str, *sizes: int, base_layers: int = 1) -> Observation:
    """An image whose layers have these sizes; those above the base image are of line 2 and so on."""
    layers = tuple(
        Layer(diff_id=str(n), size=size, line=n - base_layers + 2 if n >= base_layers else None)
        for n, size in enumerate(sizes)
    )
    return replace(observation(text), image=Image(id="1", size=sum(sizes), layers=layers), base_layers=base_layers)


PLAIN = "FROM busybox:1.37\nCOPY a /\nRUN b\n"


@pytest.mark.parametrize(
    ("sizes", "line", "said"),
    [
        ((2 * MB, 10), None, "2 MB, of which 2 MB come from the base image"),
        ((4 * MB, 3 * MB, 3 * MB), None, "10 MB, of which 4 MB come from the base image"),
        ((78 * MB, 10), 1, "78 MB, of which 78 MB come from the base image"),
        ((2 * MB, 10, 9 * MB), 3, "the largest layer above it: 9 MB, stored by line 3"),
        ((12 * MB,), 1, "12 MB, of which 12 MB come from the base image"),
    ],
)
def test_image_small(sizes: tuple[int, ...], line: int | None, said: str) -> None:
    verdict = judged("image_small", image(PLAIN, *sizes), most=10 * MB)
    assert (verdict.status, verdict.line) == ("failed" if line else "passed", line)
    assert said in verdict.seen
    assert not line or complete(verdict)


def test_the_size_is_told_beside_that_of_the_reference() -> None:
    said = "4 MB, of which 1 MB come from the base image and 3 MB do not; in the reference solution 2 MB do not"
    for most, status in ((10 * MB, "passed"), (2 * MB, "failed")):
        verdict = judged("image_small", image(PLAIN, MB, 2 * MB, MB), most=most, reference=2 * MB)
        assert (verdict.status, verdict.seen.partition("\n")[0]) == (status, said)


def test_a_large_base_image_is_blamed_on_the_stage_that_becomes_the_image() -> None:
    seen = image("FROM busybox:1.37 AS a\nFROM debian:13\nCOPY --from=a /x /", 78 * MB, 1)
    assert judged("image_small", seen, most=10 * MB).line == 2


@pytest.mark.parametrize(
    "text",
    [
        "FROM a:1",
        "FROM a:1 AS x\nFROM docker.io/library/a:1\nCOPY --from=x /y /",
        "ARG B=a:1\nFROM $B AS x\nFROM $B",
        "FROM a:1 AS x\nFROM x",
        "FROM a:1 AS x\nFROM scratch\nCOPY --from=x / /",
        "FROM a:1\nCOPY --from=a:1 /y /\nRUN --mount=from=a:1,target=/m true",
        "FROM a AS x\nFROM a:latest",
        "FROM scratch\nCOPY --from=a:1 / /",
    ],
)
def test_one_base_image(text: str) -> None:
    assert judged("one_base_image", observation(text)).status == "passed"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("FROM a:1 AS x\nFROM b:1", 2, "2 base images: a:1 (line 1), b:1 (line 2)"),
        ("FROM a:1 AS x\nFROM a:2", 2, "a:2 (line 2)"),
        ("FROM a:1 AS x\nFROM a:1\nCOPY --from=b:1 /y /", 3, "b:1 (line 3)"),
        ("FROM a:1\nCOPY --from=b:1 /y /\nFROM a:1", 2, "2 base images"),
        ("FROM a:1 AS x\nFROM b:1 AS y\nFROM c:1", 2, "3 base images"),
        ("FROM scratch\nCOPY a /", 1, "no base image"),
    ],
)
def test_more_than_one_base_image(text: str, line: int, said: str) -> None:
    verdict = judged("one_base_image", observation(text))
    assert (verdict.status, verdict.line) == ("failed", line)
    assert said in verdict.seen
    assert complete(verdict)


@pytest.mark.parametrize(
    ("text", "base_layers", "line"),
    [
        ("FROM busybox:1.37", 1, None),
        ("FROM docker.io/library/busybox:1.37 AS x\nFROM x", 1, None),
        ("ARG V=1.37\nFROM busybox:$V", 1, None),
        ("FROM busybox:1.37 AS x\nFROM scratch\nCOPY --from=x / /", 0, 2),
        ("FROM busybox:1.37 AS x\nFROM other:1", 1, 2),
        ("FROM busybox:1.36", 1, 1),
        ("FROM other:1 AS x\nFROM busybox:1.37 AS y\nFROM x", 1, 1),
    ],
)
def test_base_image_used(text: str, base_layers: int, line: int | None) -> None:
    seen = image(text, 2 * MB, 10, base_layers=base_layers)
    verdict = judged("base_image_used", seen, images=["busybox:1.37"])
    assert (verdict.status, verdict.line) == ("failed" if line else "passed", line)
    assert not line or complete(verdict)
