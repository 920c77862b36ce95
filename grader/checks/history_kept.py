"""The history of the image is the one of its Dockerfile.

Looks at: the rows of the image's history, oldest first: one for each of the steps that the exercise names, in this
order, and none after them.
Why it matters: the history is all that an image says of how it came about. An image that went through the files of a
container arrives without one, and whoever gets it has to trust it as it is.
Loses the point:
    docker export web | docker import - web:1
Earns it:
    docker save web:1 | gzip > image.tar.gz
"""

from grader.checks import check
from grader.model import Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    steps: tuple[str, ...]  # a piece of each step's command, as every builder writes it


@check(practice="archives")
def history_kept(seen: Observation, p: Parameters) -> Verdict:
    rows = [row.created_by for row in seen.built.history]
    at = 0
    for step in p.steps:
        found = next((number for number in range(at, len(rows)) if step in rows[number]), None)
        if found is None:
            return _failed(f"no row for '{step}' among {_counted(len(rows))}", len(p.steps))
        at = found + 1
    if at < len(rows):
        verb = "is" if len(rows) - at == 1 else "are"
        return _failed(f"after the last step there {verb} {_counted(len(rows) - at)} more", len(p.steps))
    return passed(f"the history has {_counted(len(rows))}, {len(p.steps)} of them of the Dockerfile's steps")


def _failed(seen: str, count: int) -> Verdict:
    return failed(
        seen=seen,
        expected=f"the {count} steps of the Dockerfile, and nothing after them",
        hints=(
            "Compare docker history of the image that you built with that of the one in the archive.",
            "Was the archive written from the image itself, or from something that was made of a container?",
        ),
    )


def _counted(count: int) -> str:
    return f"{count} {'row' if count == 1 else 'rows'}"
