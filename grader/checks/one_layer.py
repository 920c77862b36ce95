"""All files of the image are in one layer.

Looks at: how many layers of the image hold files; one without any, such as WORKDIR may make, is not counted.
Why it matters: an image that is imported from a file system has exactly one: what its own steps had overwritten or
deleted is gone for good. The price is that it shares no layer with any other image, and has no history.
Loses the point:
    docker tag web:1 web:flat        (the layers are the same)
Earns it:
    docker export web | docker import - web:flat
"""

from grader.checks import check
from grader.model import Observation, Verdict, failed, passed


@check(practice="archives")
def one_layer(seen: Observation) -> Verdict:
    image = seen.built
    count = sum(any(change.files for change in layer.changes) for layer in image.layers)
    if count == 1:
        return passed(f"one layer of {image.size:,} bytes")
    return failed(
        seen=f"{count} layers that hold files",
        expected="one layer, with the whole file system",
        hints=(
            "Which of the two ways over an archive keeps the layers, and which does not?",
            "Look up docker export and docker import.",
        ),
    )
