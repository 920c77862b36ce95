"""The image stands on an official base image.

Looks at: the lowest layers of the image: they have to be those of a base image that the task names. A stage that is
left behind does not count, nor do files that are copied out of the base image.
Why it matters: an official base image is kept up to date by people who do nothing else, and its layers tell everybody
which edition is in use. Files that were copied from it say nothing of where they came from, and stay as they are.
Loses the point:
    FROM busybox:1.37 AS tools
    FROM scratch
    COPY --from=tools / /
Earns it:
    FROM busybox:1.37
"""

from grader.checks import check
from grader.checks._text import of_the_image
from grader.model import Observation, Params, Verdict, failed, passed
from grader.model.reference import reference


class Parameters(Params, frozen=True, kw_only=True):
    images: tuple[str, ...]  # names as in FROM


@check(practice="base image")
def base_image_used(seen: Observation, p: Parameters) -> Verdict:
    starts = [one for one in of_the_image(seen.text) if one.name == "FROM"]
    stage = seen.text.stages[starts[0].stage]
    count = len(seen.built.layers)
    if seen.base_layers and reference(stage.base) in {reference(image) for image in p.images}:
        return passed(f"the lowest {seen.base_layers} of {count} layers are those of {stage.base}")
    return failed(
        line=stage.start,
        seen=f"the image starts from {stage.base}: {seen.base_layers} of its {count} layers are those of a base image",
        expected="an image that starts from " + " or ".join(p.images),
        hints=(
            "Which stage becomes the image, and what does that one start from?",
            "Look up what is left of the other stages.",
        ),
    )
