"""Nothing is left in the image that only the build needed.

Looks at: the files that a container of the image can see, as far as the Dockerfile's own steps stored them: what
package managers and compilers keep for the next time (lists, archives, caches), what lies in /tmp, a .git folder, and
what else the task names. Empty files, folders, and what the base image brought are left out.
Why it matters: it is stored and sent with the image each time, and nobody uses it. A source or a tool that is left
also helps whoever breaks into the container.
Loses the point:
    RUN apt-get update && apt-get install -y tool
Earns it:
    RUN apt-get update && apt-get install -y --no-install-recommends tool && rm -rf /var/lib/apt/lists/*
    or  COPY --from=build /out/program /usr/local/bin/
"""

from grader.checks import check
from grader.checks._layers import WORKS, amount, place
from grader.checks._text import last_line
from grader.model import File, Files, Observation, Params, Verdict, failed, passed

KEPT = (
    "/var/lib/apt/lists/*",
    "/var/cache/apt/*.deb",
    "/var/cache/apt/*.bin",
    "/var/cache/apk/*",
    "/var/cache/dnf/*",
    "*/.cache/*",
    "*/.npm/*",
    "*/.git/*",
    "/tmp/*",
    "/var/tmp/*",
)
"""What package managers, compilers and git keep, and what is temporary by its place."""


class Parameters(Params, frozen=True, kw_only=True):
    paths: tuple[str, ...] = ()  # what else is not to be left, absolute, `*` as in a shell


def _files(p: Parameters) -> Files:
    return Files(paths=(*KEPT, *p.paths))


@check(practice="only what is needed", needs=WORKS, probes=lambda p: [_files(p)])
def nothing_needless_left(seen: Observation, p: Parameters) -> Verdict:
    left = [file for file in seen.of(_files(p)).files if _is_left(seen, file)]
    if not left:
        return passed("no lists, archives, caches or tools of the build are left")
    left.sort(key=lambda file: (-file.size, file.path))
    largest = left[0]
    line = seen.built.layers[largest.layer].line
    total = sum(file.size for file in left)
    listed = "\n".join(f"{file.path}: {amount(file.size)}, stored by {place(seen, file.layer)}" for file in left[:3])
    return failed(
        line=line or last_line(seen, lambda one: one.name in ("RUN", "COPY", "ADD")),
        seen=f"{len(left)} file{'' if len(left) == 1 else 's'} that only the build needed, {amount(total)}:\n{listed}"
        + (f"\n… and {len(left) - 3} more" if len(left) > 3 else ""),
        expected="an image without them",
        hints=(
            "Which command brings the largest of these files, and does the program need it?",
            "What is deleted in the step that made it is in no layer.",
            "Look up what the package manager keeps, and how a second stage takes only what it needs.",
        ),
    )


def _is_left(seen: Observation, file: File) -> bool:
    return file.kind == "file" and file.size > 0 and file.layer >= seen.base_layers
