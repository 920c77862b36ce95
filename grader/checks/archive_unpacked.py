"""What the archive holds is in the image, and the archive itself is not.

Looks at: the files that the archive holds, at the place where they are wanted, some with a piece of their text; and
every layer of the image for the archive itself, recognised by its contents.
Why it matters: ADD unpacks a local archive in one step and stores nothing else. Where the archive is copied first and
removed in a later step, the image carries it for ever.
Loses the point:
    COPY theme.tar.gz /tmp/
    RUN tar -xzf /tmp/theme.tar.gz -C /srv/www/theme && rm /tmp/theme.tar.gz
Earns it:
    ADD theme.tar.gz /srv/www/theme/
"""

import msgspec

from grader.checks import check
from grader.checks._text import last_line, line_of_layer
from grader.model import Files, FilesSeen, Observation, Params, Stored, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    archive: str  # its path in the build context
    folder: str  # where what it holds is wanted
    files: tuple[str, ...]  # what it holds, as paths from that folder
    holds: dict[str, str] = msgspec.field(default_factory=dict)  # some of them, each with a piece of what is in it


def _files(p: Parameters) -> Files:
    return Files(paths=tuple(f"{p.folder}/{name}" for name in p.files), follow=True, contents=bool(p.holds))


@check(
    practice="copy rather than add",
    probes=lambda p: [_files(p), Stored(files=(p.archive,))],
    rules=("hadolint DL3010",),
)
def archive_unpacked(seen: Observation, p: Parameters) -> Verdict:
    found = seen.of(_files(p))
    copies = seen.of(Stored(files=(p.archive,))).copies
    named = last_line(seen, lambda one: p.archive in one.text) or last_line(seen, lambda one: one.name == "ADD")
    line = next((line for copy in copies if (line := line_of_layer(seen, copy.layer))), named)
    missing = [name for name in p.files if found.at(f"{p.folder}/{name}") is None]
    if missing:
        return failed(
            line=line,
            seen=f"{len(missing)} of the {len(p.files)} files of {p.archive} are not in {p.folder}: {missing[0]}",
            expected=f"what {p.archive} holds, in {p.folder}",
            hints=("Where in the image are the files of the archive?", "Look up what ADD does with a local archive."),
        )
    if other := _other(found, p):
        return failed(
            line=last_line(seen, lambda one: other in one.text) or line,
            seen=f"{p.folder}/{other} does not hold '{p.holds[other]}', which that file of {p.archive} does",
            expected=f"what {p.archive} holds, in {p.folder}",
            hints=("Compare the file with the one in the archive.", "Look up what ADD does with a local archive."),
        )
    if copies:
        shown = next((copy for copy in copies if copy.shows), None)
        hidden = f"a layer stores it as {copies[0].path}, and a later one hides it"
        where = f"the archive itself is in the image, as {shown.path}" if shown else hidden
        return failed(
            line=line,
            seen=f"{p.archive} is unpacked in {p.folder}, and {where}",
            expected=f"what {p.archive} holds, without {p.archive}",
            hints=("Which step brings the archive itself?", "Look up which instruction unpacks an archive by itself."),
        )
    return passed(f"all {len(p.files)} files of {p.archive} are in {p.folder}, and no layer holds the archive")


def _other(found: FilesSeen, p: Parameters) -> str:
    """The first file that only bears the name of one in the archive, or nothing."""
    texts = {name: found.contents.get(f"{p.folder}/{name}", "") for name in p.holds}
    return next((name for name, piece in p.holds.items() if piece not in texts[name]), "")
