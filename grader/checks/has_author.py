"""The image says who made it.

Looks at: the labels of the image: org.opencontainers.image.authors or maintainer.
Why it matters: whoever runs the image needs to know whom to ask. MAINTAINER, which did this once, is deprecated, and
tools that read labels do not find it.
Loses the point:
    MAINTAINER Mia <mia@example.org>
Earns it:
    LABEL org.opencontainers.image.authors="Mia <mia@example.org>"
"""

from grader.checks import check
from grader.checks._text import line_of, of_the_image
from grader.model import Observation, Params, Verdict, failed, passed

LABELS = ("org.opencontainers.image.authors", "maintainer")


class Parameters(Params, frozen=True, kw_only=True):
    label: str = ""  # the only label that will do; empty: either of the two


@check(
    practice="label",
    rules=(
        "hadolint DL4000",
        "buildkit MaintainerDeprecated",
    ),
)
def has_author(seen: Observation, p: Parameters) -> Verdict:
    config = seen.built.config
    wanted = (p.label,) if p.label else LABELS
    for name in wanted:
        if any(map(str.isalnum, config.labels.get(name, ""))) and _set_here(seen, name):
            return passed(f"{name}={config.labels[name]}")
    labels = [f"{name}={value}" for name, value in sorted(config.labels.items()) if not name.startswith("drydock.")]
    shown = ", ".join(labels[:5])
    what = f"no author in the image's {len(labels)} labels" + (f": {shown}" if shown else "")
    if config.author:
        what = f"MAINTAINER, which is deprecated, names {config.author}; {what}"
    return failed(
        line=line_of(seen, "MAINTAINER", "LABEL"),
        seen=what,
        expected="the label " + " or ".join(wanted) + ", with a name",
        hints=(
            "Which labels does the finished image carry, letter by letter?",
            "Look up LABEL, and the label names that the Open Container Initiative has agreed on.",
        ),
    )


def _set_here(seen: Observation, name: str) -> bool:
    """Whether this Dockerfile sets the label, which a base image could have brought along."""
    labels = [one.text for one in of_the_image(seen.text) if one.name == "LABEL"]
    return any(name in text or "$" in text for text in labels)
