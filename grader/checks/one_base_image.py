"""All stages start from one and the same base image.

Looks at: the image names after FROM, build arguments expanded, and those in COPY --from and RUN --mount; `scratch` and
earlier stages are not counted.
Why it matters: the layers of one base image are stored and sent once, whatever is built on them, and there is one place
to look for known holes. Programs also meet in the last stage the same libraries as in the first.
Loses the point:
    FROM debian:trixie-slim AS build
    FROM busybox:1.37
Earns it:
    FROM busybox:1.37 AS build
    FROM busybox:1.37
"""

from grader.checks import check
from grader.checks._text import external_bases
from grader.model import Observation, Verdict, failed, passed
from grader.model.reference import reference
from grader.model.sources import sources


@check(practice="base image", needs=())
def one_base_image(seen: Observation) -> Verdict:
    named = [(stage.start, stage.base) for stage in external_bases(seen.text)]
    named = sorted([*named, *((source.line, source.image) for source in sources(seen.text))])
    lines: dict[tuple[str, str, str], tuple[int, str]] = {}
    for line, image in named:
        found = reference(image)
        lines.setdefault((found.repository, found.tag or "latest", found.digest), (line, image))
    if len(lines) == 1:
        return passed(f"{named[0][1]}, in {len(named)} place{'' if len(named) == 1 else 's'}")
    if not lines:
        return failed(
            line=seen.text.stages[-1].start if seen.text.stages else None,
            seen="no base image",
            expected="one base image",
            hints=("What does the task say the image starts from?",),
        )
    return failed(
        line=list(lines.values())[1][0],
        seen=f"{len(lines)} base images: " + ", ".join(f"{image} (line {line})" for line, image in lines.values()),
        expected="the same image at all these places",
        hints=(
            "What does each stage need that the others have not?",
            "A stage can also start from an earlier one.",
            "Look up ARG before the first FROM: it lets several stages share one name.",
        ),
    )
