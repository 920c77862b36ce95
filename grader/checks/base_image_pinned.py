"""Every base image is named with a tag or a digest.

Looks at: the image names after FROM, build arguments expanded; `scratch` and earlier stages need no tag.
Why it matters: without a tag the builder takes `latest`, which is another image next month: what builds today breaks
then.
Loses the point:
    FROM debian
    or  FROM debian:latest
Earns it:
    FROM debian:trixie-slim
"""

from grader.checks import check
from grader.checks._text import external_bases
from grader.model import Observation, Verdict, failed, passed
from grader.model.reference import reference


@check(
    practice="tag in FROM",
    needs=(),
    rules=(
        "hadolint DL3006",
        "hadolint DL3007",
    ),
)
def base_image_pinned(seen: Observation) -> Verdict:
    bases = list(external_bases(seen.text))
    floating = [stage for stage in bases if not reference(stage.base).pinned]
    if not floating:
        return passed("FROM " + ", ".join(stage.base for stage in bases) if bases else "no base image from elsewhere")
    first = floating[0]
    return failed(
        line=first.start,
        seen=f"{len(floating)} of {len(bases)} base images without an edition: FROM {first.base}",
        expected="a tag other than latest, or a digest, on every base image",
        hints=("Which image does the builder take when FROM names none in particular?", "Look up tags in FROM."),
    )
