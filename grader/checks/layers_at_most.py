"""The image has no more layers than its steps need.

Looks at: how many layers lie above those of the base image, and which lines made them. RUN, COPY and ADD make a layer
each, and so does a WORKDIR that has to make its folder; steps of a stage that is left behind make none.
Why it matters: each layer is downloaded, checked and laid over the others on its own, and each is a row of the
history. Commands that belong together, such as fetching, building and tidying up, read better as one step.
Loses the point:
    RUN mkdir /opt/a
    RUN cp a /opt/a
    RUN ln -s /opt/a/a /bin/a        (and so on: a step for each command)
Earns it:
    RUN mkdir /opt/a && \\
        cp a /opt/a && \\
        ln -s /opt/a/a /bin/a
"""

from itertools import groupby

from grader.checks import check
from grader.checks._layers import WORKS, own_layers
from grader.model import Layer, Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    most: int  # layers above the base image's


@check(practice="few layers", needs=WORKS, rules=("hadolint DL3059",))
def layers_at_most(seen: Observation, p: Parameters) -> Verdict:
    layers = [layer for _, layer in own_layers(seen)]
    count = f"{len(layers)} layer{'' if len(layers) == 1 else 's'} above the base image"
    if len(layers) <= p.most:
        return passed(count)
    lines = ", ".join(str(layer.line) for layer in layers if layer.line)
    line, together = _longest_run(seen, layers)
    row = f"; {together} of them are RUN steps in a row, from line {line} on" if together > 1 else ""
    return failed(
        line=line,
        seen=count + (f", made by the lines {lines}{row}" if lines else ""),
        expected=f"at most {p.most}",
        hints=(
            "Which of these steps make sense only together?",
            "A command that has to go well before the next one can stand in the same step.",
            "Look up how a RUN is broken over several lines, and here-documents.",
        ),
    )


def _longest_run(seen: Observation, layers: list[Layer]) -> tuple[int | None, int]:
    """Of the longest row of RUN steps that no other layer interrupts, the first line and how many they are."""
    names = {one.start: one.name for one in seen.text.instructions}
    rows = [list(row) for is_run, row in groupby(layers, lambda one: names.get(one.line or 0) == "RUN") if is_run]
    longest = max(rows, key=len, default=layers[-1:])
    return longest[0].line, len(longest)
