"""The build context is small: .dockerignore leaves out what the build does not need.

Looks at: the bytes that .dockerignore leaves in the build context, after files that no image needs were put into the
folder: those that working folders collect, such as .git.
Why it matters: the builder is given the build context, or reads it, before the first step. What is in it can end up in
the image, and each change of it can cost the cache. A narrow COPY keeps a file out of the image, and not out of the
context.
Loses the point:
    COPY index.html /srv/www/        (and no .dockerignore: everything is in the context)
Earns it:
    .git in a line of .dockerignore
    COPY . /srv/www/
"""

from grader.checks import check
from grader.checks._text import takes_from_context
from grader.model import Observation, Params, Planted, PlantedSeen, Verdict, failed, not_applicable, passed

HINTS = (
    "Which of the files in the folder does no step of the build need?",
    "A pattern of .dockerignore begins at the root of the context: it is not read as .gitignore is.",
    "Look up .dockerignore: its name, its place, `**` and exceptions.",
)


class Parameters(Params, frozen=True, kw_only=True):
    bytes: int  # of the context after .dockerignore, at most
    planted_only: bool = False  # whether only the files that were put there count, and the application's own do not
    plant: tuple[tuple[str, int], ...]  # files to put into the folder: path, bytes


@check(practice="dockerignore", probes=lambda p: [Planted(files=p.plant)])
def context_is_small(seen: Observation, p: Parameters) -> Verdict:
    planted = seen.of(Planted(files=p.plant))
    if not takes_from_context(seen.text):
        return not_applicable("no instruction takes anything from the build context")
    if p.planted_only:
        return _of_the_planted(planted, p)
    shown = f"{planted.context_bytes:,} of {planted.bytes:,} bytes are left in the build context"
    if planted.context_bytes <= p.bytes:
        return passed(shown)
    largest = ", ".join(f"{path} ({size:,})" for path, size in planted.largest[:3])
    return failed(
        seen=f"{shown}; the largest files: {largest}",
        expected=f"at most {p.bytes:,} bytes",
        hints=HINTS,
    )


def _of_the_planted(planted: PlantedSeen, p: Parameters) -> Verdict:
    sizes = dict(p.plant)
    left = [file.path for file in planted.files if file.sent]
    total = sum(sizes[path] for path in left)
    shown = f"of {sum(sizes.values()):,} bytes that no image needs, {total:,} are left in the build context"
    if total <= p.bytes:
        return passed(shown)
    return failed(seen=f"{shown}: {', '.join(left[:3])}", expected=f"at most {p.bytes:,} bytes of them", hints=HINTS)
