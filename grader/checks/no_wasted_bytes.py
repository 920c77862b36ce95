"""Nothing that a step stores is deleted or overwritten by a later step.

Looks at: the layers of the image: the bytes of files that one layer of the Dockerfile's own stores and a later one
hides, because it deletes them or stores them or others in their place. An exercise that counts permissions in a check
of their own leaves them to it.
Why it matters: a layer is never changed once it is made. A later step can hide a file, and the file is still stored,
sent and unpacked wherever the image goes.
Loses the point:
    COPY source.tar /tmp/
    RUN tar -xf /tmp/source.tar && rm /tmp/source.tar
    or  RUN make-data > /tmp/data
        RUN rm /tmp/data
Earns it:
    RUN make-data > /tmp/data && use-it /tmp/data && rm /tmp/data
    or  RUN --mount=type=bind,target=/context tar -xf /context/source.tar
"""

from grader.checks import check
from grader.checks._layers import WORKS, amount, own_layers, own_waste, permission_changes, place
from grader.model import Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    allowed: int = 20_000  # bytes; lists of users and packages are rewritten by many an installation
    permissions: bool = True  # whether what is stored again only for another mode or owner counts


@check(practice="few layers", needs=WORKS)
def no_wasted_bytes(seen: Observation, p: Parameters) -> Verdict:
    waste = list(own_waste(seen, permissions=p.permissions))
    total = sum(one.bytes for one in waste)
    size = sum(layer.size for _, layer in own_layers(seen))
    if total <= p.allowed:
        again = 0 if p.permissions else sum(change.size for _, change, _ in permission_changes(seen))
        apart = f"; {amount(again)} stored again only for another mode or owner are another check's" if again else ""
        said = f"of the {amount(size)} above the base image, later steps delete or overwrite {amount(total)}"
        return passed(said + apart)
    largest = waste[0]
    listed = "\n".join(
        f"{one.path}: {amount(one.bytes)}, stored by {place(seen, one.added_in)}, hidden by"
        f" {place(seen, one.hidden_in)}"
        for one in waste[:3]
    )
    return failed(
        line=seen.built.layers[largest.hidden_in].line,
        seen=f"of the {amount(size)} above the base image, later steps delete or overwrite {amount(total)}:\n{listed}"
        + (f"\n… and {len(waste) - 3} more" if len(waste) > 3 else ""),
        expected="what is not to stay is gone before the step that made it ends"
        + (f" (at most {amount(p.allowed)} are hidden)" if p.allowed else ""),
        hints=(
            "Which step stores the file, and which one deletes it or writes it again?",
            "A layer holds what has changed between the beginning and the end of its step.",
            "Look up what RUN stores, RUN --mount, and what a second stage takes along.",
        ),
    )
