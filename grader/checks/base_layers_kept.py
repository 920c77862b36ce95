"""The layers of the base image are the lowest layers of the image.

Looks at: the digests of the image's layers from below, against those of the base image in the engine that grades.
Why it matters: layers that two images share are stored once and sent once. An image that was flattened into one layer
shares nothing, and nobody can tell which base image it came from.
Loses the point:
    docker export web | docker import - web:1
Earns it:
    docker commit web web:1
"""

from grader.checks import check
from grader.model import Observation, Verdict, failed, passed


@check(practice="archives")
def base_layers_kept(seen: Observation) -> Verdict:
    image = seen.built
    count = len(image.layers)
    if seen.base_layers:
        above = count - seen.base_layers
        return passed(f"{seen.base_layers} of {count} layers are the base image's, {above} above")
    lowest = image.layers[0].diff_id[:19] if image.layers else "none"
    return failed(
        seen=f"{count} {'layer' if count == 1 else 'layers'}; the lowest one, {lowest}…, is not the base image's",
        expected="the base image's layers, as the engine that grades has them, and above them what was changed",
        hints=(
            "Compare the layers of your image with those of the base image: docker image inspect lists them.",
            "Which of the ways to make an image out of a container keeps what was below it?",
            "Was the container started from the base image that the task names?",
        ),
    )
