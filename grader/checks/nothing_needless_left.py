"""Nothing is left in the image that only the build needed.

Looks at: the files that a container of the image can see, as far as the Dockerfile's own steps stored them: what
package managers and compilers keep for the next time (lists, archives, caches), what lies in /tmp, a .git folder, and
what else the task names. Empty files, folders, and what the base image brought are left out. Where the task says so,
what one step stores and a later one deletes counts too, as the image still holds it.
Why it matters: it is stored and sent with the image each time, and nobody uses it. A source or a tool that is left
also helps whoever breaks into the container.
Loses the point:
    RUN apt-get update && apt-get install -y tool
Earns it:
    RUN apt-get update && apt-get install -y --no-install-recommends tool && rm -rf /var/lib/apt/lists/*
    or  COPY --from=build /out/program /usr/local/bin/
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

import msgspec

from grader.checks import check
from grader.checks._layers import WORKS, amount, place
from grader.checks._text import last_line
from grader.model import Files, Observation, Params, Verdict, failed, passed

KEPT = (
    "/var/lib/apt/lists/*",
    "/var/cache/apt/*.deb",
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
    hidden: bool = False  # whether what a later step deletes is left too: its layer still stores it


def _files(p: Parameters) -> Files:
    return Files(paths=(*KEPT, *p.paths))


class _Left(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    bytes: int
    layer: int
    hidden_in: int | None = None


@check(
    practice="only what is needed",
    needs=WORKS,
    probes=lambda p: [_files(p)],
    rules=("hadolint DL3009", "hadolint DL3019", "hadolint DL3042"),
)
def nothing_needless_left(seen: Observation, p: Parameters) -> Verdict:
    left = sorted([*_shown(seen, p), *(_hidden(seen, p) if p.hidden else ())], key=lambda one: (-one.bytes, one.path))
    if not left:
        return passed("no lists, archives, caches or sources of the build are left")
    largest = left[0]
    total = sum(one.bytes for one in left)
    return failed(
        line=seen.built.layers[largest.layer].line or last_line(seen, lambda one: one.name in ("RUN", "COPY", "ADD")),
        seen=f"{len(left)} file{'' if len(left) == 1 else 's'} that only the build needed, {amount(total)}:\n"
        + "\n".join(_said(seen, one) for one in left[:3])
        + (f"\n… and {len(left) - 3} more" if len(left) > 3 else ""),
        expected="an image that does not store them",
        hints=(
            "Which command brings the largest of these files, and does the program need it?",
            "What is deleted in the step that made it is in no layer.",
            "Look up what the package manager keeps, and how a second stage takes only what it needs.",
        ),
    )


def _shown(seen: Observation, p: Parameters) -> Iterator[_Left]:
    for file in seen.of(_files(p)).files:
        if file.kind == "file" and file.size > 0 and file.layer >= seen.base_layers:
            yield _Left(path=file.path, bytes=file.size, layer=file.layer)


def _hidden(seen: Observation, p: Parameters) -> Iterator[_Left]:
    for waste in seen.built.wasted:
        if waste.added_in >= seen.base_layers and any(fnmatchcase(waste.path, path) for path in (*KEPT, *p.paths)):
            yield _Left(path=waste.path, bytes=waste.bytes, layer=waste.added_in, hidden_in=waste.hidden_in)


def _said(seen: Observation, one: _Left) -> str:
    deleted = f", deleted by {place(seen, one.hidden_in)} and stored all the same" if one.hidden_in is not None else ""
    return f"{one.path}: {amount(one.bytes)}, stored by {place(seen, one.layer)}{deleted}"
