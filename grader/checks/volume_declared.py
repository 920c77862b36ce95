"""The folder with the data is a volume, and begins with what the image lays there.

Looks at: the anonymous volumes of a container of the image, and the file in the one at that folder.
Why it matters: what a container writes to its own layer goes with the container. A volume lies outside it; a new one is
filled with what the image has at that place, and so nobody who forgets -v loses data or finds an empty folder.
Loses the point:
    VOLUME /var/lib/log        (the program keeps its data in /var/lib/logbook)
Earns it:
    COPY first-page.html /var/lib/logbook/
    VOLUME /var/lib/logbook
"""

from grader.checks import check
from grader.checks._text import last_line, line_of
from grader.model import Observation, Params, Verdict, Volume, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    path: str  # of the folder, absolute
    file: str  # that lies in it
    contents: str  # a piece of what stands in that file


@check(practice="volumes", probes=lambda p: [Volume(path=p.path)])
def volume_declared(seen: Observation, p: Parameters) -> Verdict:
    volume = seen.of(Volume(path=p.path))
    if not volume.mounted:
        there = ", ".join(volume.folders)
        what = f"the container has a volume at {there}" if there else "the container has no volume"
        return failed(
            line=line_of(seen, "VOLUME"),
            seen=volume.error or f"{what}, and none at {p.path}",
            expected=f"an anonymous volume at {p.path}",
            hints=(
                "Where does the program keep what is to outlive the container?",
                "Inspect a container of your image: what is mounted in it, and where?",
                "Look up VOLUME, and its two forms.",
            ),
        )
    if p.contents in volume.files.get(p.file, ""):
        return passed(f"{p.path} is a volume, and {p.file} lies in it")
    files = ", ".join(sorted(volume.files)[:5]) or "no file"
    return failed(
        line=last_line(seen, lambda one: one.name in ("COPY", "ADD") and p.path in one.text) or line_of(seen, "VOLUME"),
        seen=f"{p.path} is a volume, and holds {files}",
        expected=f"{p.file} in it, as it was given",
        hints=(
            "What lies in that folder of the image? A new volume is filled with it.",
            "Look up where COPY puts a file, with and without a slash at the end of the target.",
        ),
    )
