"""The archive is one whole image.

Looks at: what the archive holds: an image's configuration and its layers, as `docker save` and OCI tools write them,
compressed with gzip or not; and for which kind of machine the image is.
Why it matters: an image travels as its layers and its configuration together. Where one of them is missing, the engine
on the other side has nothing that it could start.
Loses the point:
    docker export web > image.tar        (a container's files, without the image's configuration)
Earns it:
    docker save -o image.tar web:1
"""

from grader.checks import check
from grader.model import Observation, Verdict, failed, not_judged, passed


@check(practice="archives", needs=())
def archive_is_an_image(seen: Observation) -> Verdict:
    if seen.fault:
        return not_judged(seen.fault, machine=True)
    if seen.refusal:
        return failed(
            seen=seen.refusal,
            expected="an archive that holds one whole image for this kind of machine",
            hints=(
                "List what is in the archive. Is there a manifest?",
                "What is the difference between an image and the files of a container?",
                "Look up docker save, and what it writes.",
            ),
        )
    image = seen.built
    count = len(image.layers)
    return passed(f"one image with {count} {'layer' if count == 1 else 'layers'}, {image.size:,} bytes of files")
