"""The image is built on the base image that was asked for.

Looks at: the image names after FROM, build arguments expanded; `scratch` and earlier stages are not counted, and
a missing tag is left to base_image_pinned.
Why it matters: one base across a project is stored and sent once, and is kept up to date in one place.
Loses the point:
    FROM busybox:1.37        (where the task asks for debian)
Earns it:
    FROM debian:trixie-slim
"""

from grader.checks import check
from grader.checks._text import external_bases
from grader.model import Observation, Params, Verdict, failed, passed
from grader.model.reference import reference


class Parameters(Params, frozen=True, kw_only=True):
    images: tuple[str, ...]  # names as in FROM; without a tag, any tag will do


@check(practice="base image", needs=())
def base_image_allowed(seen: Observation, p: Parameters) -> Verdict:
    bases = list(external_bases(seen.text))
    expected = "FROM " + " or ".join(p.images)
    if not bases:
        return failed(seen="no base image", expected=expected, hints=("What does the task say the image starts from?",))
    others = [stage for stage in bases if not any(_fits(stage.base, image) for image in p.images)]
    if not others:
        return passed("FROM " + ", ".join(stage.base for stage in bases))
    return failed(
        line=others[0].start,
        seen=f"FROM {others[0].base}",
        expected=expected,
        hints=("Compare the name after FROM with the task.", "What stands before the colon, and what after it?"),
    )


def _fits(base: str, image: str) -> bool:
    has, wants = reference(base), reference(image)
    return has.repository == wants.repository and (not wants.tag or has.tag in (wants.tag, "", "latest"))
