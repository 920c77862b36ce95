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
from grader.model import Observation, Params, Planted, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    bytes: int  # of the context after .dockerignore, at most
    plant: tuple[tuple[str, int], ...]  # files to put into the folder: path, bytes


@check(practice="dockerignore", probes=lambda p: [Planted(files=p.plant)])
def context_is_small(seen: Observation, p: Parameters) -> Verdict:
    planted = seen.of(Planted(files=p.plant))
    shown = f"{planted.context_bytes:,} of {planted.bytes:,} bytes are left in the build context"
    if planted.context_bytes <= p.bytes:
        return passed(shown)
    largest = ", ".join(f"{path} ({size:,})" for path, size in planted.largest[:3])
    return failed(
        seen=f"{shown}; the largest files: {largest}",
        expected=f"at most {p.bytes:,} bytes",
        hints=(
            "Which of the files in the folder does no step of the build need?",
            "A pattern of .dockerignore begins at the root of the context: it is not read as .gitignore is.",
            "Look up .dockerignore: its name, its place, `**` and exceptions.",
        ),
    )
