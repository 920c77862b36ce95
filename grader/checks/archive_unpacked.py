"""What the archive holds is in the image, and the archive itself is not.

Looks at: the files that the archive holds, at the place where they are wanted; and whether a file of the archive's name
is in the image, or in a layer of it that a later one hides.
Why it matters: ADD unpacks a local archive in one step and stores nothing else. Where the archive is copied first and
removed in a later step, the image carries it for ever.
Loses the point:
    COPY theme.tar.gz /tmp/
    RUN tar -xzf /tmp/theme.tar.gz -C /srv/www/theme && rm /tmp/theme.tar.gz
Earns it:
    ADD theme.tar.gz /srv/www/theme/
"""

from grader.checks import check
from grader.checks._text import last_line
from grader.model import Files, Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    archive: str  # its name, without folders
    folder: str  # where what it holds is wanted
    files: tuple[str, ...]  # what it holds, as paths from that folder


def _probe(p: Parameters) -> Files:
    return Files(paths=(*(f"{p.folder}/{name}" for name in p.files), f"*/{p.archive}"))


@check(practice="copy rather than add", probes=lambda p: [_probe(p)])
def archive_unpacked(seen: Observation, p: Parameters) -> Verdict:
    found = seen.of(_probe(p))
    line = last_line(seen, lambda one: p.archive in one.text) or last_line(seen, lambda one: one.name == "ADD")
    missing = [name for name in p.files if found.at(f"{p.folder}/{name}") is None]
    if missing:
        return failed(
            line=line,
            seen=f"{len(missing)} of the {len(p.files)} files of {p.archive} are not in {p.folder}: {missing[0]}",
            expected=f"what {p.archive} holds, in {p.folder}",
            hints=("Where in the image are the files of the archive?", "Look up what ADD does with a local archive."),
        )
    kept = [file.path for file in found.files if file.path.rpartition("/")[2] == p.archive]
    hidden = [waste.path for waste in seen.built.wasted if waste.path.rpartition("/")[2] == p.archive]
    if kept or hidden:
        where = f"{kept[0]} is in the image" if kept else f"a layer stores {hidden[0]}, and a later one hides it"
        return failed(
            line=line,
            seen=f"{p.archive} is unpacked in {p.folder}, and {where}",
            expected=f"what {p.archive} holds, without {p.archive}",
            hints=("Which step brings the archive itself?", "Look up which instruction unpacks an archive by itself."),
        )
    return passed(f"all {len(p.files)} files of {p.archive} are in {p.folder}, and no layer holds the archive")
