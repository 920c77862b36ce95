"""The image says its version itself, and it is the one in its tag.

Looks at: the label org.opencontainers.image.version of the image that docker-bake.hcl builds, and the most exact of the
tags that it then has.
Why it matters: a tag is kept outside the image, and can be moved to another one. The label is part of the image: it
still says which version it is when the tag is gone or has moved.
Loses the point:
    LABEL org.opencontainers.image.version="1.3.0"        (and the tag is 1.4.2)
    or  ARG VERSION
        FROM busybox:1.37
        LABEL org.opencontainers.image.version="$VERSION"        (the argument ends at FROM, so this is empty)
Earns it:
    FROM busybox:1.37
    ARG VERSION
    LABEL org.opencontainers.image.version="$VERSION"        (and docker-bake.hcl gives VERSION to both)
"""

from grader.checks import check
from grader.checks._text import last_line, line_of
from grader.model import Observation, Tagged, TaggedImage, Verdict, failed, passed
from grader.model.reference import reference

LABEL = "org.opencontainers.image.version"


@check(practice="tag", needs=("builds", "image_tagged_as_asked"), probes=lambda _: [Tagged()])
def version_label_agrees(seen: Observation) -> Verdict:
    images = [image for image in seen.of(Tagged()).images if image.names]
    wrong = next((image for image in images if image.labels.get(LABEL) != _version(image)), None)
    if wrong is None and images:
        return passed(f"tag and label say {', '.join(_version(image) for image in images)}")
    has = wrong.labels.get(LABEL) if wrong else None
    version = _version(wrong) if wrong else ""
    what = f"the label {LABEL} says '{has}'" if has is not None else f"there is no label {LABEL}"
    return failed(
        line=last_line(seen, lambda one: one.name == "LABEL" and LABEL in one.text) or line_of(seen, "LABEL"),
        seen=f"{what}, and the tag says '{version}'",
        expected=f"{LABEL}={version}",
        hints=(
            "Which labels does the image have that the bake file builds, and which values?",
            "Where is the version written? At two places it is soon two versions.",
            "Look up ARG after FROM, and how a bake file gives a build its arguments.",
        ),
    )


def _version(image: TaggedImage) -> str:
    """The most exact tag: the one of the most parts, which is the longest of them."""
    tags = [reference(name).tag for name in image.names]
    exact = [tag for tag in tags if tag != "latest"] or tags
    return max(exact, key=lambda tag: (tag.count("."), len(tag)), default="")
