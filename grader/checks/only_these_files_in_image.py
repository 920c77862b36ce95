"""There is nothing in the image but the files that were asked for.

Looks at: every file of the image, and what its layers carry although a later one hides it. Folders are not counted.
Why it matters: a program that needs nothing else can be alone in its image. Then there is no shell for somebody who
breaks in, nothing that has to be kept up to date, and next to nothing to send.
Loses the point:
    FROM busybox:1.37
    COPY server /server
Earns it:
    FROM scratch
    COPY server /server
"""

from grader.checks import check
from grader.checks._text import last_line, line_of
from grader.model import Files, Observation, Params, Verdict, failed, passed

SHOWN = 6
GONE = ("deleted", "opaque")


class Parameters(Params, frozen=True, kw_only=True):
    files: tuple[str, ...]  # absolute paths


@check(practice="base image", probes=lambda p: [Files(paths=p.files)])
def only_these_files_in_image(seen: Observation, p: Parameters) -> Verdict:
    image = seen.built
    there = {file.path for file in seen.of(Files(paths=p.files)).files if file.kind != "folder"}
    missing = sorted(set(p.files) - there)
    others = image.file_count - len(there)
    hidden = [f"{one.path} (hidden by a later layer)" for one in image.wasted]
    if not missing and not others and not hidden:
        return passed(f"{len(there)} {'file' if len(there) == 1 else 'files'}, {image.size:,} bytes")
    listed = [one.path for layer in image.layers for one in layer.changes if one.files and one.kind not in GONE]
    named = [path for path in dict.fromkeys(listed) if path not in p.files][:SHOWN] if others else []
    said = [f"not there: {path}" for path in missing]
    if others:
        said.append(f"{others:,} other {'file' if others == 1 else 'files'}, among them {', '.join(named)}")
    said += hidden[:SHOWN]
    line = line_of(seen, "FROM") if seen.base_layers else last_line(seen, lambda one: one.name in ("COPY", "ADD"))
    return failed(
        line=line,
        seen="\n".join(said),
        expected=f"{', '.join(p.files)} and no other file",
        hints=(
            "List the files of the image: docker export writes those of a container as a tar.",
            "Which image do you start from, and what is in that?",
            "Look up FROM scratch, and what the sources of COPY are.",
        ),
    )
