"""The checks of an image's names, and of the version that it says itself."""

import pytest
from observing import complete, judged, observation

from grader.model import BuildFailure, Observation, Tagged, TaggedImage, TaggedSeen

LABEL = "org.opencontainers.image.version"
TEXT = f"FROM busybox:1.37\nARG VERSION\nLABEL {LABEL}=$VERSION\n"
NAMES = ["a/b:1.4.2", "a/b:1.4"]


def tagged(*images: TaggedImage, error: str = "") -> Observation:
    return observation(TEXT, probed={Tagged(): TaggedSeen(images=images, error=error)})


def named(*names: str, label: str | None = "1.4.2", **more: dict[str, str]) -> TaggedImage:
    return TaggedImage(target="default", asked=names, names=names, labels={LABEL: label} if label else {}, **more)


@pytest.mark.parametrize(
    "names",
    [
        ("a/b:1.4.2", "a/b:1.4"),
        ("docker.io/a/b:1.4", "docker.io/a/b:1.4.2"),
        ("a/b:1.4.2", "a/b:1.4", "a/b:latest", "registry.example.org:5000/b:2"),
    ],
)
def test_tagged(names: tuple[str, ...]) -> None:
    verdict = judged("image_tagged_as_asked", tagged(named(*names)), names=NAMES, also=["a/b:latest"])
    assert verdict.status == "passed"


def test_several_targets_may_share_the_names() -> None:
    assert judged("image_tagged_as_asked", tagged(named(NAMES[0]), named(NAMES[1])), names=NAMES).status == "passed"


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (tagged(named("a/b:latest")), "the image is called a/b:latest; a/b:latest says something else"),
        (tagged(named("a/b:1.4.2")), "the image is called a/b:1.4.2"),
        (tagged(named("b:1.4.2", "b:1.4")), "the image is called b:1.4.2, b:1.4"),
        (tagged(named(*NAMES, "a/b:1.3")), "a/b:1.3 says something else"),
        (tagged(named()), "the image is called nothing"),
        (tagged(), "has no target"),
        (tagged(error="there is no docker-bake.hcl"), "there is no docker-bake.hcl"),
        (tagged(named(*NAMES, refused={"A/b:1": "invalid reference format"})), "the engine refuses the name 'A/b:1'"),
        (
            tagged(TaggedImage(target="x", failure=BuildFailure(cause="step", message="line 2 failed"))),
            "the target 'x' does not build: line 2 failed",
        ),
    ],
)
def test_not_tagged(seen: Observation, said: str) -> None:
    verdict = judged("image_tagged_as_asked", seen, names=NAMES)
    assert verdict.status == "failed"
    assert said in verdict.seen
    assert complete(verdict)


@pytest.mark.parametrize(
    "image",
    [
        named("a/b:1.4", "a/b:1.4.2", "a/b:latest"),
        named("a/b:latest", "a/b:1.4.2"),
        named("localhost:5000/b:1.4.2"),
        named("a/b:1.4.10", "a/b:1.4", label="1.4.10"),
    ],
)
def test_the_label_agrees(image: TaggedImage) -> None:
    assert judged("version_label_agrees", tagged(image)).status == "passed"


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ((named(*NAMES, label=None),), f"there is no label {LABEL}, and the tag says '1.4.2'"),
        ((named(*NAMES, label="1.4"),), "says '1.4', and the tag says '1.4.2'"),
        ((named(*NAMES), named("a/b:1.5.0")), "says '1.4.2', and the tag says '1.5.0'"),
        ((TaggedImage(target="x", labels={LABEL: ""}, names=("a/b:1",)),), "says '', and the tag says '1'"),
    ],
)
def test_the_label_says_something_else(images: tuple[TaggedImage, ...], said: str) -> None:
    verdict = judged("version_label_agrees", tagged(*images))
    assert (verdict.status, verdict.line) == ("failed", 3)
    assert said in verdict.seen
    assert complete(verdict)
