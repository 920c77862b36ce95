"""Every base image is named with a tag or a digest.

Looks at: the image names after FROM, build arguments expanded, and those in COPY --from and RUN --mount; `scratch` and
earlier stages need no tag.
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
from grader.model.sources import sources


@check(
    practice="tag in FROM",
    needs=(),
    rules=(
        "hadolint DL3006",
        "hadolint DL3007",
    ),
)
def base_image_pinned(seen: Observation) -> Verdict:
    named = [(stage.start, f"FROM {stage.base}", stage.base) for stage in external_bases(seen.text)]
    named += [(source.line, f"files from {source.image}", source.image) for source in sources(seen.text)]
    floating = sorted(one for one in named if not reference(one[2]).pinned)
    if not floating:
        return passed(", ".join(said for _, said, _ in named) if named else "no base image from elsewhere")
    line, said, _ = floating[0]
    return failed(
        line=line,
        seen=f"{len(floating)} of {len(named)} base images without an edition: {said}",
        expected="a tag other than latest, or a digest, on every base image",
        hints=("Which image does the builder take when FROM names none in particular?", "Look up tags in FROM."),
    )
