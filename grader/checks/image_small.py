"""The image is small.

Looks at: the size of the image: the bytes of the files in all of its layers, those of the base image among them.
Why it matters: every machine that runs the image downloads and stores it, and everything in it has to be kept free of
known holes. Most of an image is often its base image, and a program of a few kilobytes needs little of it.
Loses the point:
    FROM python:3.13        (for a program that the shell runs)
Earns it:
    FROM busybox:1.37
    or  COPY --from=build /out/program /        (into a stage on a small base image)
"""

from grader.checks import check
from grader.checks._layers import WORKS, amount, own_layers, place
from grader.model import Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    most: int  # bytes, of the whole image
    reference: int = 0  # bytes that the reference solution stores above its base image, to be told; 0: not told


@check(practice="base image", needs=WORKS)
def image_small(seen: Observation, p: Parameters) -> Verdict:
    image = seen.built
    base = sum(layer.size for layer in image.layers[: seen.base_layers])
    parts = f"{amount(image.size)}, of which {amount(base)} come from the base image"
    if p.reference:
        parts += f" and {amount(image.size - base)} do not; in the reference solution {amount(p.reference)} do not"
    if image.size <= p.most:
        return passed(parts)
    largest = max(own_layers(seen), key=lambda one: one[1].size, default=None)
    if largest is None or base >= largest[1].size:
        line = seen.dockerfile.stages[-1].start if seen.dockerfile and seen.dockerfile.stages else None
        more, hint = "", "Which of the programs in the base image does this one use?"
    else:
        number, layer = largest
        line = layer.line
        more = f"\nthe largest layer above it: {amount(layer.size)}, stored by {place(seen, number)}"
        hint = "What does the largest layer hold, and what of it is used?"
    return failed(
        line=line,
        seen=f"{parts}{more}",
        expected=f"at most {amount(p.most)}",
        hints=(hint, "Compare the sizes of the base images at hand.", "Look up what each of them holds."),
    )
