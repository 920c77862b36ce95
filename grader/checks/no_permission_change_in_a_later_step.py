"""No step changes the mode or the owner of a file that an earlier step stored.

Looks at: the layers of the image, file by file: a file that a layer stores again with the same contents and another
mode or owner. Files of the base image that only lose rights are left out.
Why it matters: a layer can hold whole files only. Changing one bit of a file's mode in a later step stores the whole
file a second time, and the first one stays in the image, where nobody can see it.
Loses the point:
    COPY model.bin /srv/
    RUN chown 1000 /srv/model.bin
Earns it:
    COPY --chown=1000 model.bin /srv/
    or  RUN make-model > /srv/model.bin && chown 1000 /srv/model.bin
"""

from collections.abc import Sequence

from grader.checks import check
from grader.checks._layers import WORKS, amount, own_layers, permission_changes, place
from grader.model import Observation, Verdict, failed, passed
from grader.model.image import Change

Changed = tuple[int, Change, int | None]


@check(practice="permissions", needs=WORKS)
def no_permission_change_in_a_later_step(seen: Observation) -> Verdict:
    changed = sorted(permission_changes(seen), key=lambda one: -one[1].size)
    if not changed:
        count = len(list(own_layers(seen)))
        return passed(f"{count} layers above the base image, and none stores a file again for its mode or owner")
    number, largest, _ = changed[0]
    total = sum(change.size for _, change, _ in changed)
    more = f"\n… and {len(changed) - 3} more" if len(changed) > 3 else ""
    return failed(
        line=seen.built.layers[number].line,
        seen=f"{amount(total)} stored again, only for another mode or owner:\n"
        + "\n".join(_said(seen, one) for one in changed[:3])
        + more,
        expected=f"{largest.path} gets its mode and its owner in the step that stores it",
        hints=(
            "Which step stores the file, and which one changes it?",
            "A step that makes a file can also give it its mode before it ends.",
            "Look up the flags of COPY.",
        ),
    )


def _said(seen: Observation, one: Changed) -> str:
    number, change, before = one
    what = []
    if change.mode != change.mode_before:
        what.append(f"mode {change.mode_before or 0:04o}, then {change.mode or 0:04o}")
    if change.owner != change.owner_before:
        what.append(f"owner {_owner(change.owner_before)}, then {_owner(change.owner)}")
    told = "; ".join(what) or "other attributes"
    stored = f"stored by {place(seen, before)} and again by {place(seen, number)}"
    return f"{change.path}: {amount(change.size)}, {stored} ({told})"


def _owner(owner: Sequence[int] | None) -> str:
    return ":".join(map(str, owner or ()))
